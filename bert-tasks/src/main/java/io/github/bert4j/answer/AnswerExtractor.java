package io.github.bert4j.answer;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.text.Window;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the part of a passage of any length that answers a question, or that there is none.
 *
 * <pre>{@code
 * try (var extractor = AnswerExtractor.fromCheckpoint(checkpoint, AnswerExtractor.DEFAULTS)) {
 *     extractor.fit(train, AnswerExtractor.DEFAULT_EPOCHS, validation);
 *     extractor.save(Path.of("answers"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 */
public final class AnswerExtractor implements TaskModel<LabelledQuestion, PassageQuestion, Optional<PassageAnswer>> {
    /**
     * PassageQuestion and passage are read in windows of 381 characters, 384 tokens, in training as in prediction; the learning
     * rate rises to 3e-5 in the first tenth of training, and falls from there. Devlin et al., section 4.2, and
     * {@code run_squad.py}.
     */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(381, 16, 3e-5);

    /** Times to go through the training data, as for SQuAD v2.0 in {@code run_squad.py}. */
    public static final int DEFAULT_EPOCHS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(AnswerExtractor.class);
    private static final int SPECIAL_TOKENS = 3;
    /** One in so many steps warms up. */
    private static final int WARM_UP = 10;
    /** How far the learning rate falls; not to 0, so that another call of fit can go on. */
    private static final double FLOOR = 1 / 20.0;

    private final Backbone backbone;
    private final QuestionWindows windows;
    private final AnswerModel pointers;
    private volatile AnswerHead head;

    AnswerExtractor(AnswerHead head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        this.windows = new QuestionWindows(backbone.tokenizer(), backbone.length(SPECIAL_TOKENS));
        this.pointers = new AnswerModel(backbone.graph(), backbone.bert());
    }

    /**
     * An extractor to be trained, on a checkpoint's weights; before that it finds no answers.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the maximum length leaves no room for a question and a passage, or the machine
     *     cannot compute in the precision asked for
     */
    public static AnswerExtractor fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return AnswerTask.TASK.fromCheckpoint(checkpoint, AnswerHead.untrained(options.maxLength()), options);
    }

    /**
     * A trained extractor.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static AnswerExtractor load(Path path) throws IOException {
        return AnswerTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static AnswerExtractor load(Path path, TrainingOptions options) throws IOException {
        return AnswerTask.TASK.load(path, options);
    }

    /** Compares answers with the right ones. */
    @Override
    public AnswerEvaluation evaluate(List<LabelledQuestion> questions) {
        return AnswerEvaluation.of(
                questions,
                predict(questions.stream().map(LabelledQuestion::question).toList()));
    }

    /**
     * The answer to each question, in the order given; empty if the passage has none, which only an extractor says that was
     * trained on such questions, or no text at all. Windows of similar length are computed together.
     */
    @Override
    public List<Optional<PassageAnswer>> predict(List<PassageQuestion> questions) {
        List<List<Window>> parts = questions.stream().map(windows::of).toList();
        List<List<Prediction>> logits = backbone.predictWindows(
                model(), parts, window -> Sample.of(window.encoding().ids(), QuestionWindows.segments(window)));
        AnswerDecoder decoder = new AnswerDecoder(head);
        return IntStream.range(0, logits.size())
                .mapToObj(i -> decoder.decode(questions.get(i).passage(), parts.get(i), logits.get(i)))
                .toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream()
                        .map(question -> new PassageQuestion(question.asked().orElseThrow(), question.text()))
                        .toList())
                .stream()
                .map(AnswerTask.Said::of)
                .toList();
    }

    @Override
    public AnswerHead head() {
        return head;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, OnnxModel.of(model()).withOutputs("starts", "ends"));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return pointers.model();
    }

    /**
     * {@inheritDoc} With validation data, these are {@code exactMatch} and {@code f1}.
     *
     * <p>Windows that do not show the answer teach that there is none in them. Questions that cannot be learned from are counted
     * in a warning.
     *
     * <p>The learning rate is made for the length of the first call's epochs; another call goes on where it ended, at a
     * twentieth of the peak.
     *
     * @throws IllegalArgumentException if there is nothing to learn from
     */
    @Override
    public History fit(List<LabelledQuestion> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().map(LabelledQuestion::question).flatMap(one -> Stream.of(one.question(), one.passage())),
                () -> dataset(train),
                epochs,
                AnswerExtractor::rate,
                pointers::compile,
                validation,
                callbacks);
    }

    private Dataset dataset(List<LabelledQuestion> train) {
        AnswerTrainingSet set = AnswerTrainingSet.of(train, windows);
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        head = head.learn(set.unanswerable() > 0, set.answers());
        return backbone.dataset(set.samples(), sample -> sample);
    }

    private static LearningRateSchedule rate(double peak, long stepsPerEpoch, int epochs) {
        long steps = epochs * stepsPerEpoch;
        long warmUp = steps / WARM_UP;
        return LearningRateSchedule.polynomialDecay(peak, peak * FLOOR, 1, steps - warmUp)
                .afterWarmUp(warmUp);
    }
}
