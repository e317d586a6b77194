package io.github.bert4j.event;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Predictor;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 */
public final class SubjectExtractor implements TaskModel<LabelledEvent, Event, Optional<Subject>> {
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

    private final Backbone backbone;
    private final OurTokenizer tokenizer;
    private final TextWindows windows;
    private final SubjectModel pointers;
    private volatile AnswerRules rules;

    /** @param rules what the weights were trained on; nothing yet for those of a checkpoint */
    SubjectExtractor(AnswerRules rules, Backbone backbone) {
        this.backbone = backbone;
        this.rules = rules;
        this.tokenizer = backbone.characters(); // before any training
        this.windows = backbone.windows(backbone.bert().config().longestInput());
        this.pointers = new SubjectModel(backbone.graph(), backbone.bert());
    }

    /**
     * An extractor to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SubjectExtractor fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return EventTask.TASK.fromCheckpoint(checkpoint, AnswerRules.NONE, options);
    }

    /**
     * A trained extractor.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static SubjectExtractor load(Path path) throws IOException {
        return EventTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SubjectExtractor load(Path path, TrainingOptions options) throws IOException {
        return EventTask.TASK.load(path, options);
    }

    /** How many subjects are found. */
    @Override
    public SubjectEvaluation evaluate(List<LabelledEvent> rows) {
        return SubjectEvaluation.of(
                rows, predict(rows.stream().map(LabelledEvent::event).toList()));
    }

    /**
     * Predicts each event's subject, in input order; empty for events of type {@link Event#OTHER}, of types not met in
     * training, or without text.
     */
    @Override
    public List<Optional<Subject>> predict(List<Event> events) {
        return rules.answer(events, tokenizer(), this::probabilities);
    }

    @Override
    public List<?> said(List<Question> questions) {
        return said(this, questions);
    }

    static List<?> said(Predictor<Event, Optional<Subject>> predictor, List<Question> questions) {
        List<Event> events = questions.stream()
                .map(question -> new Event(question.text(), question.asked().orElseThrow()))
                .toList();
        return predictor.predict(events).stream().map(EventTask.Said::of).toList();
    }

    @Override
    public AnswerRules head() {
        return rules;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, rules, OnnxModel.of(model()).withOutputs("starts", "ends"));
    }

    /** Event types that are answered: those met in training. */
    public List<String> types() {
        return List.copyOf(rules.types());
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return pointers.model();
    }

    OurTokenizer tokenizer() {
        return tokenizer;
    }

    /** One per question; a text that is longer than the position table is read in windows. */
    List<SpanProbabilities> probabilities(List<EventQuestion> questions) {
        List<List<Window>> parts = questions.stream()
                .map(question -> windows.of(question.prefix(), question.event().text()))
                .toList();
        List<List<Prediction>> logits = backbone.predictWindows(
                model(), parts, window -> Sample.of(window.encoding().ids()));
        return IntStream.range(0, logits.size())
                .mapToObj(i -> SpanProbabilities.of(questions.get(i), parts.get(i), logits.get(i)))
                .toList();
    }

    /**
     * {@inheritDoc} With validation data, these are {@code exactMatch} and {@code rowMatch}.
     *
     * <p>Rows of type {@link Event#OTHER} are left out, and so are those without an entity or whose entity is not in what is
     * read of the text; their number is logged as a warning.
     *
     * <p>The learning rate rises in the first epoch and falls in the second; calling this again goes on in steps where the
     * last call ended.
     *
     * @throws IllegalArgumentException if there is nothing to learn from, or the maximum length needs more positions than
     *     the model has
     */
    @Override
    public History fit(List<LabelledEvent> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().map(row -> row.event().text()),
                () -> dataset(train),
                epochs,
                (peak, steps, rounds) -> LearningRateSchedule.twoPhase(peak, peak * FLOOR, steps),
                pointers::compile,
                validation,
                callbacks);
    }

    private Dataset dataset(List<LabelledEvent> train) {
        TrainingSamples samples = TrainingSamples.of(train, backbone.options().maxLength(), tokenizer());
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
        return backbone.dataset(samples.samples(), sample -> sample);
    }

    /** Before an hour of training, not when the longest sample is due. */
    private void requirePositions(int tokens) {
        int positions = backbone.bert().config().longestInput();
        if (tokens > positions) {
            throw new IllegalArgumentException(
                    "With a maximum length of %d the longest sample has %d tokens, type and special ones included, but the model has %d positions: expected a maximum length of at most %d"
                            .formatted(
                                    backbone.options().maxLength(),
                                    tokens,
                                    positions,
                                    backbone.options().maxLength() - tokens + positions));
        }
    }
}
