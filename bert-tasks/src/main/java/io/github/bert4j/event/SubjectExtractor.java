package io.github.bert4j.event;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.task.WindowPredictions;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds whose event it is that a text tells of: BERT reads {@code ___TYPE___TEXT}, two dense layers say at which
 * character the subject starts and ends.
 *
 * <pre>{@code
 * try (var extractor = SubjectExtractor.fromCheckpoint(checkpoint, SubjectExtractor.DEFAULTS)) {
 *     extractor.fit(train, 10, validation);
 *     extractor.save(Path.of("event"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 */
public final class SubjectExtractor implements Trainable<LabelledEvent> {
    /**
     * The original recipe: 128 characters in training, all of them in prediction; the learning rate reaches 5e-5 at the
     * end of the first epoch, and falls to a fifth in the second.
     */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(128, 32, 5e-5);

    /** The recipe's number of times to go through the training data. */
    public static final int DEFAULT_EPOCHS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(SubjectExtractor.class);

    /** How far the learning rate falls in the second epoch. */
    private static final double FLOOR = 1 / 5.0;

    private final Graph graph;
    private final Bert bert;
    private final OurTokenizer tokenizer;
    private final TextWindows windows;
    private final TrainingOptions options;
    private final SpanNetwork network;
    private volatile AnswerRules rules;
    private CompiledModel compiled;

    /** @param rules what the weights were trained on; nothing yet for those of a checkpoint */
    SubjectExtractor(TrainingOptions options, AnswerRules rules, Bert bert) {
        this.options = options;
        this.rules = rules;
        this.graph = bert.graph();
        this.bert = bert;
        this.tokenizer = bert.tokenizer();
        this.windows = new TextWindows(tokenizer, bert.config().maxPositionEmbeddings());
        this.network = new SpanNetwork(graph, bert);
    }

    /**
     * An extractor to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SubjectExtractor fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new SubjectExtractor(options, AnswerRules.NONE, bert));
    }

    /**
     * A trained extractor.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static SubjectExtractor load(Path path) throws IOException {
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
    public static SubjectExtractor load(Bundle bundle, Precision precision) throws IOException {
        AnswerRules rules = bundle.head(Task.EVENT, AnswerRules.class);
        return Trainable.fromBundle(
                bundle, precision, () -> DEFAULTS, (options, bert) -> new SubjectExtractor(options, rules, bert));
    }

    /**
     * Trains without looking at validation data.
     *
     * @throws IllegalArgumentException if there is nothing to learn from, or the maximum length needs more positions than
     *     the model has
     */
    @Override
    public History fit(List<LabelledEvent> train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /**
     * Trains, and measures {@code exactMatch} and {@code rowMatch} on validation data after every epoch. Rows of type
     * {@link Event#OTHER} are left out, and so are those without an entity or whose entity is not in what is read of the
     * text; how many, is logged as a warning.
     *
     * <p>The learning rate rises in the first epoch and falls in the second; calling this again goes on in steps where the
     * last call ended.
     *
     * @throws IllegalArgumentException if there is nothing to learn from, or the maximum length needs more positions than
     *     the model has
     */
    @Override
    public History fit(List<LabelledEvent> train, int epochs, List<LabelledEvent> validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** How many subjects are found. */
    public SubjectEvaluation evaluate(List<LabelledEvent> rows) {
        return SubjectEvaluation.of(
                rows, predict(rows.stream().map(LabelledEvent::event).toList()));
    }

    /** Whose event it is; empty for events of type {@link Event#OTHER}, of types not met in training, or without text. */
    public Optional<Subject> predict(Event event) {
        return predict(List.of(event)).get(0);
    }

    /** Whose each event is, in the order given; texts of similar length are computed together. */
    public List<Optional<Subject>> predict(List<Event> events) {
        return rules.answer(events, tokenizer, this::probabilities);
    }

    /** Saves everything that {@link #load} needs; a bundle that is there is replaced once the new one is complete. */
    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.EVENT, rules, bert, model());
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file, Task.EVENT, rules, bert, tokenizer, OnnxModel.of(model()).withOutputs("starts", "ends"));
    }

    /** Event types that are answered: those met in training. */
    public List<String> types() {
        return List.copyOf(rules.types());
    }

    /** The model behind the extractor, for {@code summary()} and for code that goes further. */
    @Override
    public Model model() {
        return network.model();
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        graph.close();
    }

    AnswerRules rules() {
        return rules;
    }

    OurTokenizer tokenizer() {
        return tokenizer;
    }

    /** One per question; a text that is longer than the position table is read in windows. */
    List<SpanProbabilities> probabilities(List<Question> questions) {
        List<List<Window>> parts = questions.stream()
                .map(question -> windows.of(question.prefix(), question.event().text()))
                .toList();
        List<List<Prediction>> logits = WindowPredictions.of(
                model(), parts, window -> Sample.of(window.encoding().ids()));
        return IntStream.range(0, logits.size())
                .mapToObj(i -> SpanProbabilities.of(questions.get(i), parts.get(i), logits.get(i)))
                .toList();
    }

    private History fit(List<LabelledEvent> train, int epochs, Validation validation, Callback... callbacks) {
        return graph.training(() -> train(train, epochs, validation, callbacks));
    }

    private History train(List<LabelledEvent> train, int epochs, Validation validation, Callback... callbacks) {
        TrainingSamples samples = samples(train);
        if (samples.samples().isEmpty()) {
            throw new IllegalArgumentException("There is nothing to learn from, of " + samples.leftOut());
        }
        if (samples.leftOut().any()) {
            LOG.warn("Left out of training, of {}", samples.leftOut());
        }
        requirePositions(
                samples.samples().stream().mapToInt(Sample::length).max().orElseThrow());
        rules = rules.learn(train.stream()
                .filter(row -> !row.isOther() && !row.lacksEntity())
                .toList());
        Dataset dataset = Dataset.of(samples.samples(), options.batchSize(), sample -> sample);
        if (compiled == null) {
            double peak = options.learningRate();
            Tuning tuning = options.tuning();
            compiled = tuning.compile(
                    bert, LearningRateSchedule.twoPhase(peak, peak * FLOOR, tuning.steps(dataset)), network::compile);
        }
        return compiled.fit(dataset, epochs, validation, callbacks);
    }

    /** Before an hour of training, not when the longest sample is due. */
    private void requirePositions(int tokens) {
        int positions = bert.config().maxPositionEmbeddings();
        if (tokens > positions) {
            throw new IllegalArgumentException(
                    "With a maximum length of %d the longest sample has %d tokens, type and special ones included, but the model has %d positions: expected a maximum length of at most %d"
                            .formatted(
                                    options.maxLength(), tokens, positions, options.maxLength() - tokens + positions));
        }
    }

    private TrainingSamples samples(List<LabelledEvent> rows) {
        return TrainingSamples.of(rows, options.maxLength(), tokenizer);
    }
}
