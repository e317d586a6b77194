package io.github.bert4j.sentiment;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.explain.Explained;
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
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TextLabeller;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tells positive texts from negative ones: a dense layer with one sigmoid unit on the vector of [CLS].
 *
 * <pre>{@code
 * try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS)) {
 *     classifier.fit(train, SentimentClassifier.DEFAULT_EPOCHS, validation);
 *     classifier.save(Path.of("sentiment"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 */
public final class SentimentClassifier
        implements TaskModel<LabelledReview, String, Sentiment>, TextLabeller<LabelledReview>, Explained {
    /** The original recipe: 100 characters in training and prediction alike, a constant learning rate of 1e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(100, 32, 1e-5);

    /** The recipe's number of times to go through the training data. */
    public static final int DEFAULT_EPOCHS = 5;

    private final SentimentTask.Head head;
    private final Backbone backbone;
    private final Model model;
    private final TextExplainer explainer;

    SentimentClassifier(SentimentTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        var tokens = backbone.graph().ids("tokens");
        var x = backbone.bert().apply(tokens).at(0);
        this.model = Model.of(tokens).to(dense(1, SIGMOID).apply(x));
        this.explainer = new TextExplainer(backbone.bert(), model);
    }

    /**
     * A classifier to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SentimentClassifier fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return SentimentTask.TASK.fromCheckpoint(checkpoint, SentimentTask.Head.of(options), options);
    }

    /**
     * A trained classifier.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static SentimentClassifier load(Path path) throws IOException {
        return SentimentTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SentimentClassifier load(Path path, TrainingOptions options) throws IOException {
        return SentimentTask.TASK.load(path, options);
    }

    /** Mean binary cross-entropy and {@code accuracy}. */
    @Override
    public SentimentEvaluation evaluate(List<LabelledReview> reviews) {
        Evaluation evaluation = compiled().evaluate(dataset(reviews));
        return new SentimentEvaluation(evaluation.loss(), evaluation.metric("accuracy"), reviews, this);
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
        return explainer.attributions(read(text), 0, SentimentTask.POSITIVE, steps);
    }

    /** @throws IllegalArgumentException if the label is not 1: what speaks against it speaks for 0 */
    @Override
    public TextAttributions attributions(Question question, Optional<String> label, int steps) {
        if (!label.orElse(SentimentTask.POSITIVE).equals(SentimentTask.POSITIVE)) {
            throw new IllegalArgumentException(
                    "Label \"%s\": expected 1, for which a character speaks, or against it, for 0"
                            .formatted(label.get()));
        }
        return attributions(question.text(), steps);
    }

    /** How BERT attends to a text. */
    public TextAttention attention(String text) {
        return explainer.attention(read(text));
    }

    @Override
    public TextAttention attention(Question question) {
        return attention(question.text());
    }

    @Override
    public List<Sentiment> predict(List<String> texts) {
        List<Prediction> predictions =
                backbone.predict(model, texts, text -> Sample.of(encode(text).ids()));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Sentiment(texts.get(i), predictions.get(i).value()))
                .toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream().map(Question::text).toList()).stream()
                .map(SentimentTask.Said::of)
                .toList();
    }

    @Override
    public SentimentTask.Head head() {
        return head;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, OnnxModel.of(model).withOutputs("probability"));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return model;
    }

    /** {@inheritDoc} With validation data, these are {@code loss} and {@code accuracy}. */
    @Override
    public History fit(List<LabelledReview> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().map(LabelledReview::text),
                () -> dataset(train),
                epochs,
                Backbone.Recipe.constant(),
                this::compile,
                validation,
                callbacks);
    }

    private CompiledModel compile(Optimizer optimizer) {
        return model.compile(Loss.binaryCrossEntropy(), optimizer, Metric.accuracy());
    }

    private CompiledModel compiled() {
        return backbone.compiled(Backbone.Recipe.constant(), 0, 0, this::compile);
    }

    private Dataset dataset(List<LabelledReview> reviews) {
        return backbone.dataset(
                reviews, review -> Sample.of(encode(review.text()).ids()).labelled((float) review.label()));
    }

    private Encoding encode(String text) {
        return backbone.encode(text);
    }

    @Override
    public Question question(LabelledReview review) {
        return Question.of(review.text());
    }

    @Override
    public Sample input(Question question) {
        return Sample.of(encode(question.text()).ids());
    }

    @Override
    public List<Map<String, Double>> probabilities(List<Question> questions) {
        return predict(questions.stream().map(Question::text).toList()).stream()
                .map(sentiment -> SentimentTask.Said.of(sentiment).probabilities())
                .toList();
    }

    private TextExplainer.Input read(String text) {
        Encoding encoding = encode(text);
        return new TextExplainer.Input(List.of(text), encoding, Sample.of(encoding.ids()));
    }
}
