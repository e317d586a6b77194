package io.github.bert4j.classification;

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
import io.github.bert4j.models.History;
import io.github.bert4j.models.IntegratedGradients;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says which of some labels a text has, or a pair of texts: a dense layer on the vector of [CLS], with a softmax or a
 * sigmoid for each label.
 *
 * <pre>{@code
 * var labels = TextClassifier.labels(train);
 * try (var classifier = TextClassifier.fromCheckpoint(checkpoint, labels, MULTI_CLASS, TextClassifier.DEFAULTS)) {
 *     classifier.fit(train, 5, validation);
 *     classifier.save(Path.of("topics"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 *
 * <p>Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 4.1;
 * {@code run_classifier.py} of google-research/bert.
 */
public final class TextClassifier implements Trainable<ClassifiedText> {
    /** 126 tokens, which are Chinese characters or pieces of words, and those of a pair together; a rate of 2e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 32, 2e-5);

    /** Not the training batch: a loaded classifier must add up the same numbers in the same order as the saved one. */
    private static final int PREDICTED_TOGETHER = 32;

    private final Graph graph;
    private final Bert bert;
    private final Tokenizer tokenizer;
    private final Head head;
    private final TrainingOptions options;
    private final Model model;
    private final TextExplainer explainer;
    private CompiledModel compiled;

    /**
     * What a bundle keeps of the options.
     *
     * @param labels by number
     */
    private record Head(
            @JsonProperty(required = true) Labelling labelling,
            @JsonProperty(required = true) List<String> labels,
            @JsonProperty(required = true) int maxLength) {

        private Head {
            labels = List.copyOf(labels);
            int least = labelling == Labelling.MULTI_CLASS ? 2 : 1;
            if (labels.size() < least || Set.copyOf(labels).size() < labels.size()) {
                throw new IllegalArgumentException(
                        "Labels %s: expected at least %d to choose from, and none twice".formatted(labels, least));
            }
        }
    }

    private TextClassifier(Head head, TrainingOptions options, Bert bert) {
        this.head = head;
        this.options = options;
        this.graph = bert.graph();
        this.bert = bert;
        this.tokenizer = WordPieceTokenizer.uncased(bert.vocabulary());
        var tokens = graph.ids("tokens");
        var segments = graph.ids("segments");
        var x = bert.apply(tokens, segments).at(0);
        this.model = Model.of(tokens, segments)
                .to(dense(head.labels().size(), head.labelling().activation()).apply(x));
        this.explainer = new TextExplainer(bert, model);
    }

    /** All labels of some texts, sorted: those that a classifier learns from them. */
    public static List<String> labels(List<ClassifiedText> texts) {
        return texts.stream()
                .flatMap(text -> text.labels().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * A classifier to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @param labels see {@link #labels(List)}
     * @throws IllegalArgumentException if there are too few labels to choose from, one is there twice, or the machine cannot compute in the
     *     precision asked for
     */
    public static TextClassifier fromCheckpoint(
            Path checkpoint, List<String> labels, Labelling labelling, TrainingOptions options) throws IOException {
        Head head = new Head(labelling, labels, options.maxLength());
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new TextClassifier(head, options, bert));
    }

    /**
     * A trained classifier.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static TextClassifier load(Path path) throws IOException {
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
    public static TextClassifier load(Bundle bundle, Precision precision) throws IOException {
        Head head = bundle.head(Task.CLASSIFICATION, Head.class);
        return Trainable.fromBundle(
                bundle,
                precision,
                () -> DEFAULTS.withMaxLength(head.maxLength()),
                (options, bert) -> new TextClassifier(head, options, bert));
    }

    /**
     * Trains without looking at validation data.
     *
     * @throws IllegalArgumentException if a text has a label that the classifier does not know, or another number of
     *     labels than one where one is expected
     */
    @Override
    public History fit(List<ClassifiedText> train, int epochs, Callback... callbacks) {
        return compiled().fit(dataset(train), epochs, callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}; accuracy, micro and macro F1 are measured after every epoch. */
    @Override
    public History fit(List<ClassifiedText> train, int epochs, List<ClassifiedText> validation, Callback... callbacks) {
        return compiled().fit(dataset(train), epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** Compares what it says about texts with their labels. */
    public ClassificationEvaluation evaluate(List<ClassifiedText> texts) {
        return ClassificationEvaluation.of(
                texts, predict(texts.stream().map(ClassifiedText::input).toList()));
    }

    /** What one text is. */
    public Classification predict(String text) {
        return predict(List.of(TextInput.of(text))).get(0);
    }

    /** What a pair of texts is. */
    public Classification predict(String text, String second) {
        return predict(List.of(TextInput.of(text, second))).get(0);
    }

    /** What each text or pair is, in the order given; inputs of similar length are computed together. */
    public List<Classification> predict(List<TextInput> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        return model.predict(Dataset.of(inputs, PREDICTED_TOGETHER, this::sample)).stream()
                .map(prediction -> head.labelling().classification(head.labels(), prediction.output(0)))
                .toList();
    }

    /**
     * What each token adds to the probability of the answer, or of the most probable label.
     *
     * @see #attributions(TextInput, String, int)
     */
    public TextAttributions attributions(String text) {
        return attributions(TextInput.of(text), predict(text).label(), IntegratedGradients.DEFAULT_STEPS);
    }

    /**
     * What each token adds to a label's probability.
     *
     * @param steps of the integral, such as {@link IntegratedGradients#DEFAULT_STEPS}
     * @throws IllegalArgumentException if the classifier does not know the label
     */
    public TextAttributions attributions(TextInput input, String label, int steps) {
        if (!head.labels().contains(label)) {
            throw new IllegalArgumentException("Label \"%s\": the classifier knows %s".formatted(label, head.labels()));
        }
        return explainer.attributions(read(input), head.labels().indexOf(label), label, steps);
    }

    /** How BERT attends to a text or pair. */
    public TextAttention attention(TextInput input) {
        return explainer.attention(read(input));
    }

    /** The labels it knows. */
    public List<String> labels() {
        return head.labels();
    }

    /** How many of them a text has. */
    public Labelling labelling() {
        return head.labelling();
    }

    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.CLASSIFICATION, head, bert, model);
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file,
                Task.CLASSIFICATION,
                head,
                bert,
                tokenizer,
                OnnxModel.of(model).withOutputs("probabilities"));
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public void close() {
        graph.close();
    }

    private Dataset dataset(List<ClassifiedText> texts) {
        for (ClassifiedText text : texts) {
            head.labelling().requireFitting(text.labels());
            if (!head.labels().containsAll(text.labels())) {
                throw new IllegalArgumentException("Labels %s of \"%s\": the classifier knows %s"
                        .formatted(text.labels(), text.input().text(), head.labels()));
            }
        }
        return Dataset.of(
                texts,
                options.batchSize(),
                text -> head.labelling().label(sample(text.input()), head.labels(), text.labels()));
    }

    private TextExplainer.Input read(TextInput input) {
        List<String> texts =
                Stream.concat(Stream.of(input.text()), input.second().stream()).toList();
        return new TextExplainer.Input(texts, encode(input), sample(input));
    }

    private Sample sample(TextInput input) {
        Encoding encoding = encode(input);
        return Sample.of(encoding.ids(), encoding.segments());
    }

    private Encoding encode(TextInput input) {
        return input.second()
                .map(second -> tokenizer.encode(input.text(), second, withSpecialTokens(3)))
                .orElseGet(() -> tokenizer.encode(input.text(), withSpecialTokens(2)));
    }

    private int withSpecialTokens(int count) {
        return (int) Math.min(Integer.MAX_VALUE, (long) head.maxLength() + count);
    }

    /** Backward operations are made when they are first needed: predicting does not need them. */
    private synchronized CompiledModel compiled() {
        if (compiled == null) {
            compiled = options.tuning()
                    .compile(
                            bert,
                            LearningRateSchedule.constant(options.learningRate()),
                            optimizer -> model.compile(head.labelling().loss(), optimizer));
        }
        return compiled;
    }
}
