package io.github.bert4j.classification;

import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.explain.Explained;
import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.explain.TextExplainer;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.models.History;
import io.github.bert4j.models.IntegratedGradients;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TextLabeller;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
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
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 *
 * <p>Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 4.1;
 * {@code run_classifier.py} of google-research/bert.
 */
public final class TextClassifier
        implements TaskModel<LabelledInput, TextInput, Classification>, TextLabeller<LabelledInput>, Explained {
    /** 126 tokens, which are Chinese characters or pieces of words, and those of a pair together; a rate of 2e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 32, 2e-5);

    /** Times to go through the training data, if nothing else is said. */
    public static final int DEFAULT_EPOCHS = 5;

    private volatile ClassificationTask.Head head;
    private final Backbone backbone;
    private final Model model;
    private final Model vectors;
    private final Dense dense;
    private final TextExplainer explainer;

    TextClassifier(ClassificationTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        var tokens = backbone.graph().ids("tokens");
        var segments = backbone.graph().ids("segments");
        var x = backbone.bert().apply(tokens, segments).at(0);
        this.dense = dense(head.labels().size(), head.labelling().activation());
        this.model = Model.of(tokens, segments).to(dense.apply(x));
        this.vectors = Model.of(tokens, segments).to(x);
        this.explainer = new TextExplainer(backbone.bert(), model);
    }

    /** All labels of some texts, sorted: those that a classifier learns from them. */
    public static List<String> labels(List<LabelledInput> texts) {
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
        return ClassificationTask.TASK.fromCheckpoint(
                checkpoint,
                new ClassificationTask.Head(labelling, labels, options.maxLength(), new TreeSet<>(), FewShot.NONE),
                options);
    }

    /**
     * A classifier that learns from few texts, by {@link FewShot#SETFIT} mostly.
     *
     * @param checkpoint one whose vectors tell what texts are about, as those made for similarity do
     * @param labels see {@link #labels(List)}, of which a text has one
     * @throws IllegalArgumentException if there are fewer than two labels, or one is there twice
     */
    public static TextClassifier fromCheckpoint(
            Path checkpoint, List<String> labels, FewShot fewShot, TrainingOptions options) throws IOException {
        return ClassificationTask.TASK.fromCheckpoint(
                checkpoint,
                new ClassificationTask.Head(
                        Labelling.MULTI_CLASS, labels, options.maxLength(), new TreeSet<>(), fewShot),
                options);
    }

    /**
     * A trained classifier.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static TextClassifier load(Path path) throws IOException {
        return ClassificationTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static TextClassifier load(Path path, TrainingOptions options) throws IOException {
        return ClassificationTask.TASK.load(path, options);
    }

    /** Compares what it says about texts with their labels. */
    @Override
    public ClassificationEvaluation evaluate(List<LabelledInput> texts) {
        return ClassificationEvaluation.of(
                texts, predict(texts.stream().map(LabelledInput::input).toList()));
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
    @Override
    public List<Classification> predict(List<TextInput> inputs) {
        return backbone.predict(model, inputs, this::sample).stream()
                .map(prediction -> head.labelling().classification(head.labels(), prediction.output(0)))
                .toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream().map(TextClassifier::textInput).toList()).stream()
                .map(answer -> ClassificationTask.Said.of(head.labelling(), answer))
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

    @Override
    public TextAttributions attributions(Question question, Optional<String> label, int steps) {
        TextInput input = textInput(question);
        return attributions(
                input, label.orElseGet(() -> predict(List.of(input)).get(0).label()), steps);
    }

    @Override
    public TextAttention attention(Question question) {
        return attention(textInput(question));
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
    public ClassificationTask.Head head() {
        return head;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, OnnxModel.of(model).withOutputs("probabilities"));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return model;
    }

    /** Says which labels of data to measure on no model of these labels can give. */
    public static void checkLabels(List<LabelledInput> texts, List<String> known, Consumer<String> warnings) {
        List<String> unknown =
                labels(texts).stream().filter(label -> !known.contains(label)).toList();
        if (!unknown.isEmpty()) {
            warnings.accept("Labels that the training data lacks, and that count as missed: " + unknown);
        }
    }

    /**
     * {@inheritDoc} With validation data, these are accuracy, micro and macro F1.
     *
     * @throws IllegalArgumentException if a text has a label that the classifier does not know, or another number of
     *     labels than one where one is expected
     */
    @Override
    public History fit(List<LabelledInput> train, int epochs, Validation validation, Callback... callbacks) {
        return switch (head.fewShot()) {
            case NONE ->
                backbone.fit(
                        train.stream().map(text -> text.input().text()),
                        () -> dataset(train),
                        epochs,
                        Backbone.Recipe.constant(),
                        optimizer -> model.compile(head.labelling().loss(), optimizer),
                        validation,
                        callbacks);
            case SETFIT -> fitPairs(train, epochs, validation, callbacks);
        };
    }

    /** The head is fitted after every epoch, before anything is measured or saved. */
    private History fitPairs(List<LabelledInput> train, int epochs, Validation validation, Callback... callbacks) {
        learn(train);
        SetFit pairs = new SetFit(
                train.stream().map(text -> sample(text.input())).toList(),
                train.stream()
                        .map(text ->
                                head.labels().indexOf(text.labels().iterator().next()))
                        .toList(),
                head.labels().size());
        return backbone.fit(
                "pairs",
                train.stream().map(text -> text.input().text()),
                () -> pairs.dataset(backbone.options().batchSize()),
                epochs,
                Backbone.Recipe.constant(),
                optimizer -> SetFit.compile(
                        vectors,
                        ids -> backbone.bert().apply(ids.toArray(Tensor[]::new)).at(0),
                        optimizer),
                () -> {
                    pairs.fitHead(
                            vectors, dense.weights().get(0), dense.weights().get(1));
                    return validation.measure();
                },
                callbacks);
    }

    private Dataset dataset(List<LabelledInput> texts) {
        learn(texts);
        return backbone.dataset(
                texts, text -> head.labelling().label(sample(text.input()), head.labels(), text.labels()));
    }

    private void learn(List<LabelledInput> texts) {
        for (LabelledInput text : texts) {
            head.labelling().requireFitting(text.labels());
            if (!head.labels().containsAll(text.labels())) {
                throw new IllegalArgumentException("Labels %s of \"%s\": the classifier knows %s"
                        .formatted(text.labels(), text.input().text(), head.labels()));
            }
        }
        head = head.learn(texts);
    }

    @Override
    public Question question(LabelledInput text) {
        TextInput input = text.input();
        return input.second()
                .map(second -> Question.of(input.text(), second))
                .orElseGet(() -> Question.of(input.text()));
    }

    @Override
    public Sample input(Question question) {
        return sample(textInput(question));
    }

    @Override
    public List<Map<String, Double>> probabilities(List<Question> questions) {
        return predict(questions.stream().map(TextClassifier::textInput).toList()).stream()
                .map(Classification::probabilities)
                .toList();
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
                .map(second -> backbone.encode(input.text(), second))
                .orElseGet(() -> backbone.encode(input.text()));
    }

    private static TextInput textInput(Question question) {
        return new TextInput(question.text(), question.second());
    }
}
