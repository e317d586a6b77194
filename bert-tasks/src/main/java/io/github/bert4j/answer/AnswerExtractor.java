package io.github.bert4j.answer;

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
import io.github.bert4j.text.Window;
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
 * Finds the part of a passage of any length that answers a question, or that there is none.
 *
 * <pre>{@code
 * try (var extractor = AnswerExtractor.fromCheckpoint(checkpoint, AnswerExtractor.DEFAULTS)) {
 *     extractor.fit(train, AnswerExtractor.DEFAULT_EPOCHS, validation);
 *     extractor.save(Path.of("answers"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 */
public final class AnswerExtractor implements Trainable<LabelledQuestion> {
    /**
     * Question and passage are read in windows of 381 characters, 384 tokens, in training as in prediction; the learning
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

    private final Graph graph;
    private final Bert bert;
    private final TrainingOptions options;
    private final QuestionWindows windows;
    private final AnswerNetwork network;
    private volatile AnswerHead head;
    private CompiledModel compiled;

    private AnswerExtractor(TrainingOptions options, AnswerHead head, Bert bert) {
        this.options = options;
        this.head = head;
        this.graph = bert.graph();
        this.bert = bert;
        this.windows = new QuestionWindows(bert.tokenizer(), (int)
                Math.min(bert.config().maxPositionEmbeddings(), (long) head.maxLength() + SPECIAL_TOKENS));
        this.network = new AnswerNetwork(graph, bert);
    }

    /**
     * An extractor to be trained, on a checkpoint's weights; before that it finds no answers.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the maximum length leaves no room for a question and a passage, or the machine
     *     cannot compute in the precision asked for
     */
    public static AnswerExtractor fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new AnswerExtractor(options, AnswerHead.untrained(options.maxLength()), bert));
    }

    /**
     * A trained extractor.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static AnswerExtractor load(Path path) throws IOException {
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
    public static AnswerExtractor load(Bundle bundle, Precision precision) throws IOException {
        AnswerHead head = bundle.head(Task.ANSWER, AnswerHead.class);
        return Trainable.fromBundle(
                bundle, precision, () -> DEFAULTS, (options, bert) -> new AnswerExtractor(options, head, bert));
    }

    /**
     * Trains without looking at validation data. Windows that do not show the answer teach that there is none in them.
     * Questions that cannot be learned from are counted in a warning.
     *
     * <p>The learning rate is made for the length of the first call's epochs; another call goes on where it ended, at a
     * twentieth of the peak.
     *
     * @throws IllegalArgumentException if there is nothing to learn from
     */
    @Override
    public History fit(List<LabelledQuestion> train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}; measures {@code exactMatch} and {@code f1} after every epoch. */
    @Override
    public History fit(
            List<LabelledQuestion> train, int epochs, List<LabelledQuestion> validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** Compares answers with the right ones. */
    public AnswerEvaluation evaluate(List<LabelledQuestion> questions) {
        return AnswerEvaluation.of(
                questions,
                predict(questions.stream().map(LabelledQuestion::question).toList()));
    }

    /**
     * The answer to one question; empty if the passage has none, which only an extractor says that was trained on such
     * questions, or no text at all.
     */
    public Optional<Answer> predict(Question question) {
        return predict(List.of(question)).get(0);
    }

    /** The answer to each question, in the order given; windows of similar length are computed together. */
    public List<Optional<Answer>> predict(List<Question> questions) {
        List<List<Window>> parts = questions.stream().map(windows::of).toList();
        List<List<Prediction>> logits = WindowPredictions.of(
                model(),
                parts,
                window -> Sample.of(window.encoding().ids(), window.encoding().segments()));
        AnswerDecoder decoder = new AnswerDecoder(head);
        return IntStream.range(0, logits.size())
                .mapToObj(i -> decoder.decode(questions.get(i).passage(), parts.get(i), logits.get(i)))
                .toList();
    }

    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.ANSWER, head, bert, model());
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file,
                Task.ANSWER,
                head,
                bert,
                bert.tokenizer(),
                OnnxModel.of(model()).withOutputs("starts", "ends"));
    }

    @Override
    public Model model() {
        return network.model();
    }

    @Override
    public void close() {
        graph.close();
    }

    private History fit(List<LabelledQuestion> train, int epochs, Validation validation, Callback... callbacks) {
        return graph.training(() -> train(train, epochs, validation, callbacks));
    }

    private History train(List<LabelledQuestion> train, int epochs, Validation validation, Callback... callbacks) {
        TrainingSet set = TrainingSet.of(train, windows);
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        head = head.learn(set.unanswerable() > 0, set.answers());
        Dataset dataset = Dataset.of(set.samples(), options.batchSize(), sample -> sample);
        if (compiled == null) {
            double peak = options.learningRate();
            Tuning tuning = options.tuning();
            long steps = (long) epochs * tuning.steps(dataset);
            long warmUp = steps / WARM_UP;
            compiled = tuning.compile(
                    bert,
                    LearningRateSchedule.polynomialDecay(peak, peak * FLOOR, 1, steps - warmUp)
                            .afterWarmUp(warmUp),
                    network::compile);
        }
        return compiled.fit(dataset, epochs, validation, callbacks);
    }
}
