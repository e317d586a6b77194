package io.github.bert4j.sentiment;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.explain.TextExplainer;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Evaluation;
import io.github.bert4j.models.History;
import io.github.bert4j.models.IntegratedGradients;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tells positive texts from negative ones: a dense layer with one sigmoid unit on the vector of [CLS].
 *
 * <pre>{@code
 * try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS)) {
 *     classifier.fit(train, 5, validation);
 *     classifier.save(Path.of("sentiment"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 */
public final class SentimentClassifier implements Trainable<Review> {
    /** The original recipe: 100 characters in training and prediction alike, a constant learning rate of 1e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(100, 32, 1e-5);

    private static final String NEGATIVE = "0";
    private static final String POSITIVE = "1";
    private static final int SPECIAL_TOKENS = 2;
    /** Not the training batch: a loaded classifier must add up the same numbers in the same order as the saved one. */
    private static final int PREDICTED_TOGETHER = 32;
    /** Tells {@link ROC} to use every probability as a threshold. */
    private static final int EXACT = 0;

    private final Graph graph;
    private final Bert bert;
    private final OurTokenizer tokenizer;
    private final TrainingOptions options;
    private final Model model;
    private final TextExplainer explainer;
    private CompiledModel compiled;

    /** What a bundle keeps of the options. */
    private record Head(
            @JsonProperty(required = true) List<String> labels,
            @JsonProperty(required = true) int maxLength) {}

    private SentimentClassifier(TrainingOptions options, Bert bert) {
        this.options = options;
        this.graph = bert.graph();
        this.bert = bert;
        this.tokenizer = bert.tokenizer();
        var tokens = graph.ids("tokens");
        var x = bert.apply(tokens).at(0);
        this.model = Model.of(tokens).to(dense(1, SIGMOID).apply(x));
        this.explainer = new TextExplainer(bert, model);
    }

    /**
     * A classifier to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SentimentClassifier fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new SentimentClassifier(options, bert));
    }

    /**
     * A trained classifier.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static SentimentClassifier load(Path path) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            return load(bundle, Precision.FLOAT32);
        }
    }

    /**
     * As {@link #load(Path)}, for code that opened the bundle to see its task; the bundle can be closed afterwards.
     *
     * @param precision of matrix products
     * @throws IllegalArgumentException if the machine cannot compute in it
     */
    public static SentimentClassifier load(Bundle bundle, Precision precision) throws IOException {
        Head head = bundle.head(Task.SENTIMENT, Head.class);
        return Trainable.fromBundle(
                bundle,
                precision,
                () -> DEFAULTS.withMaxLength(head.maxLength()),
                (options, bert) -> new SentimentClassifier(options, bert));
    }

    /** Trains without looking at validation data. */
    @Override
    public History fit(List<Review> train, int epochs, Callback... callbacks) {
        return compiled().fit(dataset(train), epochs, callbacks);
    }

    /** Trains, and measures loss and accuracy on validation data after every epoch. */
    @Override
    public History fit(List<Review> train, int epochs, List<Review> validation, Callback... callbacks) {
        return compiled().fit(dataset(train), epochs, dataset(validation), callbacks);
    }

    /** Mean binary cross-entropy and {@code accuracy}. */
    public Evaluation evaluate(List<Review> reviews) {
        return compiled().evaluate(dataset(reviews));
    }

    /**
     * The receiver operating characteristic, for DL4J's charts and the area under its curve.
     *
     * @throws IllegalArgumentException if the reviews are all positive or all negative: then there is no such curve
     */
    public ROC roc(List<Review> reviews) {
        double[] labels = reviews.stream().mapToDouble(Review::label).toArray();
        if (DoubleStream.of(labels).distinct().count() < 2) {
            throw new IllegalArgumentException("A ROC curve of reviews that are all %s: expected both labels"
                    .formatted(labels.length == 0 ? "absent" : labels[0] == 1 ? "positive" : "negative"));
        }
        double[] positive = predict(reviews.stream().map(Review::text).toList()).stream()
                .mapToDouble(Sentiment::positive)
                .toArray();
        ROC roc = new ROC(EXACT);
        roc.eval(
                Nd4j.createFromArray(labels).reshape(labels.length, 1),
                Nd4j.createFromArray(positive).reshape(positive.length, 1));
        return roc;
    }

    /** Which labels, {@code 0} and {@code 1}, are taken for which. */
    public ConfusionMatrix confusion(List<Review> reviews) {
        List<Sentiment> answers = predict(reviews.stream().map(Review::text).toList());
        return ConfusionMatrix.of(
                reviews.stream().map(review -> String.valueOf(review.label())).toList(),
                answers.stream().map(answer -> String.valueOf(answer.label())).toList());
    }

    /**
     * What each character adds to the probability that a text is positive.
     *
     * @see #attributions(String, int)
     */
    public TextAttributions attributions(String text) {
        return attributions(text, IntegratedGradients.DEFAULT_STEPS);
    }

    /**
     * What each character adds to the probability that a text is positive, label {@code 1}.
     *
     * @param steps of the integral, such as {@link IntegratedGradients#DEFAULT_STEPS}
     */
    public TextAttributions attributions(String text, int steps) {
        return explainer.attributions(read(text), 0, POSITIVE, steps);
    }

    /** How BERT attends to a text. */
    public TextAttention attention(String text) {
        return explainer.attention(read(text));
    }

    /** What one text says. */
    public Sentiment predict(String text) {
        return predict(List.of(text)).get(0);
    }

    /** What each text says, in the order given; texts of similar length are computed together. */
    public List<Sentiment> predict(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<Prediction> predictions =
                model.predict(Dataset.of(texts, PREDICTED_TOGETHER, text -> Sample.of(encode(text))));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Sentiment(texts.get(i), predictions.get(i).value()))
                .toList();
    }

    /** Saves everything that {@link #load} needs; a bundle that is there is replaced once the new one is complete. */
    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.SENTIMENT, head(), bert, model);
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file,
                Task.SENTIMENT,
                head(),
                bert,
                tokenizer,
                OnnxModel.of(model).withOutputs("probability"));
    }

    /** The model behind the classifier, for {@code summary()} and for code that goes further. */
    @Override
    public Model model() {
        return model;
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        graph.close();
    }

    private Head head() {
        return new Head(List.of(NEGATIVE, POSITIVE), options.maxLength());
    }

    private Dataset dataset(List<Review> reviews) {
        return Dataset.of(
                reviews,
                options.batchSize(),
                review -> Sample.of(encode(review.text())).labelled((float) review.label()));
    }

    private int[] encode(String text) {
        return encoding(text).ids();
    }

    private Encoding encoding(String text) {
        return tokenizer.encode(text, (int) Math.min(Integer.MAX_VALUE, (long) options.maxLength() + SPECIAL_TOKENS));
    }

    private TextExplainer.Input read(String text) {
        return new TextExplainer.Input(List.of(text), encoding(text), Sample.of(encode(text)));
    }

    /** Backward operations are made when they are first needed: predicting does not need them. */
    private synchronized CompiledModel compiled() {
        if (compiled == null) {
            compiled = options.tuning()
                    .compile(
                            bert,
                            LearningRateSchedule.constant(options.learningRate()),
                            optimizer -> model.compile(Loss.binaryCrossEntropy(), optimizer, Metric.accuracy()));
        }
        return compiled;
    }
}
