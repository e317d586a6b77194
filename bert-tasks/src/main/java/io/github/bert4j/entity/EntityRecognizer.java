package io.github.bert4j.entity;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.TextWindows.Part;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds named entities in texts of any length.
 *
 * <pre>{@code
 * try (var recognizer = EntityRecognizer.fromCheckpoint(checkpoint, labels, EntityHead.CRF, EntityRecognizer.DEFAULTS)) {
 *     recognizer.fit(train, 10, validation);
 *     recognizer.save(Path.of("entities"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 */
public final class EntityRecognizer implements TaskModel<LabelledText, String, List<Entity>> {
    /**
     * Windows of 126 characters, in training as in prediction; the learning rate reaches 3e-5 at the end of the first
     * epoch, and falls to a fifth in the second.
     */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 16, 3e-5);

    /** Times to go through the training data, if nothing else is said. */
    public static final int DEFAULT_EPOCHS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(EntityRecognizer.class);
    private static final int SPECIAL_TOKENS = 2;
    private static final int WINDOWS_TOGETHER = 32;

    private volatile EntityTask.Head head;
    private final Backbone backbone;
    private final TextWindows windows;
    private final SpanModel model;

    EntityRecognizer(EntityTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        this.windows = backbone.windows(backbone.length(SPECIAL_TOKENS));
        Tensor tokens = backbone.graph().ids("tokens");
        this.model = SpanModel.of(head.head(), tokens, backbone.bert().apply(tokens), head.labels());
    }

    /**
     * A recognizer to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @param labels those to be found; the order decides their numbers
     * @throws IllegalArgumentException if there are none, one is there twice, or the machine cannot compute in the
     *     precision asked for
     */
    public static EntityRecognizer fromCheckpoint(
            Path checkpoint, List<String> labels, EntityHead head, TrainingOptions options) throws IOException {
        return EntityTask.TASK.fromCheckpoint(
                checkpoint, EntityTask.Head.of(labels, head, options.maxLength(), EntityTask.Spacing.NONE), options);
    }

    /**
     * A trained recognizer.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static EntityRecognizer load(Path path) throws IOException {
        return EntityTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static EntityRecognizer load(Path path, TrainingOptions options) throws IOException {
        return EntityTask.TASK.load(path, options);
    }

    /** The labels of texts, sorted, each once. */
    public static List<String> labels(List<LabelledText> texts) {
        Set<String> labels = new TreeSet<>();
        texts.forEach(text -> text.entities().forEach(entity -> labels.add(entity.label())));
        return List.copyOf(labels);
    }

    /**
     * {@inheritDoc} With validation data, these are {@code precision}, {@code recall} and {@code f1}.
     *
     * <p>Texts longer than what is read at once are learned in overlapping windows; entities that cannot be learned as they
     * stand are counted in a warning.
     *
     * <p>The learning rate is made for the length of the first call's epochs; another call goes on where it ended.
     *
     * @throws IllegalArgumentException if there are no texts
     */
    @Override
    public History fit(List<LabelledText> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().map(LabelledText::text),
                () -> dataset(train),
                epochs,
                Backbone.Recipe.twoPhase(),
                model::compile,
                validation,
                callbacks);
    }

    /** Says how many entities of data to measure on no model of these labels finds. */
    public static void checkLabels(List<LabelledText> texts, List<String> labels, Consumer<String> warnings) {
        long unknown = texts.stream()
                .flatMap(text -> text.entities().stream())
                .filter(entity -> !labels.contains(entity.label()))
                .count();
        if (unknown > 0) {
            warnings.accept(
                    "%d entities have a label that the model does not know, and count as missing".formatted(unknown));
        }
    }

    private Dataset dataset(List<LabelledText> train) {
        EntityTrainingSet set = EntityTrainingSet.of(train, windows::of, head.labels(), model.overlaps());
        head = head.learn(train);
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        return backbone.dataset(set.windows(), window -> model.sample(window.ids(), window.spans()));
    }

    /** Compares what is found in texts with what is known of them. */
    @Override
    public EntityEvaluation evaluate(List<LabelledText> texts) {
        return EntityEvaluation.of(
                texts, predict(texts.stream().map(LabelledText::text).toList()));
    }

    /**
     * The entities of each text, in the order given; within a text in the order of their places. A text longer than what
     * is read at once is read in overlapping windows; where these disagree so that entities overlap, though the head has no
     * such, the first is kept. A global pointer's that overlap are kept where those of the training data did; else the most
     * probable ones are.
     */
    @Override
    public List<List<Entity>> predict(List<String> texts) {
        return found(texts).stream()
                .map(entities -> List.copyOf(entities.keySet()))
                .toList();
    }

    /** The entities of each text with their probabilities, NaN where the head knows none. */
    private List<SortedMap<Entity, Double>> found(List<String> texts) {
        List<SortedMap<Entity, Double>> found = new ArrayList<>();
        texts.forEach(text -> found.add(new TreeMap<>(Entity.BY_PLACE)));
        for (List<Part> parts : windows.batches(texts, WINDOWS_TOGETHER)) {
            List<Prediction> predictions = backbone.predict(
                    model.predicting(),
                    parts,
                    part -> Sample.of(part.window().encoding().ids()));
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                FloatValues scores = predictions.get(i).output(0);
                for (LabelledSpan span : model.decode(scores)) {
                    double probability = model.probability(scores, span).orElse(Double.NaN);
                    Entity.in(
                                    texts.get(part.text()),
                                    part.window(),
                                    span.span(),
                                    head.labels().get(span.label()))
                            .ifPresent(entity -> found.get(part.text()).merge(entity, probability, Math::max));
                }
            }
        }
        found.forEach(entities -> {
            if (!model.overlaps()) {
                entities.keySet().retainAll(Entity.flat(List.copyOf(entities.keySet())));
            } else if (head.flat()) {
                entities.keySet().retainAll(Entity.mostProbable(entities));
            }
        });
        return found;
    }

    /** The labels, by number. */
    public List<String> labels() {
        return head.labels();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return found(questions.stream().map(Question::text).toList()).stream()
                .map(EntityTask.Said::of)
                .toList();
    }

    @Override
    public EntityTask.Head head() {
        return head;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, model.exported());
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return model.training();
    }
}
