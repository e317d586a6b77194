package io.github.bert4j.entity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.TextWindows.Part;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 */
public final class EntityRecognizer implements Trainable<LabelledText> {
    /**
     * Windows of 126 characters, in training as in prediction; the learning rate reaches 3e-5 at the end of the first
     * epoch, and falls to a fifth in the second.
     */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 16, 3e-5);

    private static final Logger LOG = LoggerFactory.getLogger(EntityRecognizer.class);
    private static final int SPECIAL_TOKENS = 2;
    private static final double PEAK_TO_FLOOR = 5;
    /** Not the training batch: a loaded recognizer must add up the same numbers in the same order as the saved one. */
    private static final int PREDICTED_TOGETHER = 32;

    private final Graph graph;
    private final Bert bert;
    private final List<String> labels;
    private final EntityHead head;
    private final TrainingOptions options;
    private final TextWindows windows;
    private final SpanModel model;
    private CompiledModel compiled;

    /**
     * What a bundle keeps of the options.
     *
     * @param labels by number
     */
    private record Head(
            @JsonProperty(required = true) List<String> labels,
            @JsonProperty(required = true) EntityHead head,
            @JsonProperty(required = true) int maxLength) {}

    private EntityRecognizer(List<String> labels, EntityHead head, TrainingOptions options, Bert bert) {
        this.labels = List.copyOf(labels);
        if (labels.isEmpty() || Set.copyOf(labels).size() < labels.size()) {
            throw new IllegalArgumentException("Labels " + labels + ": expected at least one, and none twice");
        }
        this.head = head;
        this.options = options;
        this.graph = bert.graph();
        this.bert = bert;
        int readAtOnce =
                (int) Math.min(bert.config().maxPositionEmbeddings(), (long) options.maxLength() + SPECIAL_TOKENS);
        this.windows = new TextWindows(OurTokenizer.uncased(bert.vocabulary()), readAtOnce);
        Tensor tokens = graph.ids("tokens");
        this.model = SpanModel.of(head, tokens, bert.apply(tokens), this.labels);
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
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new EntityRecognizer(labels, head, options, bert));
    }

    /**
     * A trained recognizer.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static EntityRecognizer load(Path path) throws IOException {
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
    public static EntityRecognizer load(Bundle bundle, Precision precision) throws IOException {
        Head head = bundle.head(Task.ENTITY, Head.class);
        return Trainable.fromBundle(
                bundle,
                precision,
                () -> DEFAULTS.withMaxLength(head.maxLength()),
                (options, bert) -> new EntityRecognizer(head.labels(), head.head(), options, bert));
    }

    /** The labels of texts, sorted, each once. */
    public static List<String> labels(List<LabelledText> texts) {
        Set<String> labels = new TreeSet<>();
        texts.forEach(text -> text.entities().forEach(entity -> labels.add(entity.label())));
        return List.copyOf(labels);
    }

    /**
     * Trains without looking at validation data. Texts longer than what is read at once are learned in overlapping windows;
     * entities that cannot be learned as they stand are counted in a warning.
     *
     * <p>The learning rate is made for the length of the first call's epochs; another call goes on where it ended.
     *
     * @throws IllegalArgumentException if there are no texts
     */
    @Override
    public History fit(List<LabelledText> train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}; measures {@code precision}, {@code recall} and {@code f1} after every epoch. */
    @Override
    public History fit(List<LabelledText> train, int epochs, List<LabelledText> validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).score().metrics(), callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}, for callers who measure in their own way. */
    public History fit(List<LabelledText> train, int epochs, Validation validation, Callback... callbacks) {
        return graph.training(() -> train(train, epochs, validation, callbacks));
    }

    private History train(List<LabelledText> train, int epochs, Validation validation, Callback... callbacks) {
        TrainingSet set = TrainingSet.of(train, windows::of, labels, model.overlaps());
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        Dataset dataset =
                Dataset.of(set.windows(), options.batchSize(), window -> model.sample(window.ids(), window.spans()));
        if (compiled == null) {
            double peak = options.learningRate();
            Tuning tuning = options.tuning();
            compiled = tuning.compile(
                    bert,
                    LearningRateSchedule.twoPhase(peak, peak / PEAK_TO_FLOOR, tuning.steps(dataset)),
                    model::compile);
        }
        return compiled.fit(dataset, epochs, validation, callbacks);
    }

    /** Compares what is found in texts with what is known of them. */
    public EntityEvaluation evaluate(List<LabelledText> texts) {
        return EntityEvaluation.of(
                texts, predict(texts.stream().map(LabelledText::text).toList()));
    }

    /** The entities of one text. */
    public List<Entity> predict(String text) {
        return predict(List.of(text)).get(0);
    }

    /**
     * The entities of each text, in the order given; within a text in the order of their places. A text longer than what
     * is read at once is read in overlapping windows; where these disagree so that entities overlap, though the head has no
     * such, the first is kept.
     */
    public List<List<Entity>> predict(List<String> texts) {
        List<Set<Entity>> found = new ArrayList<>();
        texts.forEach(text -> found.add(new TreeSet<>(Entity.BY_PLACE)));
        for (List<Part> parts : windows.batches(texts, PREDICTED_TOGETHER)) {
            List<Prediction> predictions = model.predicting()
                    .predict(Dataset.of(
                            parts,
                            PREDICTED_TOGETHER,
                            part -> Sample.of(part.window().encoding().ids())));
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                for (LabelledSpan span : model.decode(predictions.get(i).output(0))) {
                    Entity.in(texts.get(part.text()), part.window(), span.span(), labels.get(span.label()))
                            .ifPresent(found.get(part.text())::add);
                }
            }
        }
        return found.stream()
                .map(List::copyOf)
                .map(entities -> model.overlaps() ? entities : Entity.flat(entities))
                .toList();
    }

    /** The labels, by number. */
    public List<String> labels() {
        return labels;
    }

    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.ENTITY, bundleHead(), bert, model());
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file, Task.ENTITY, bundleHead(), bert, OurTokenizer.uncased(bert.vocabulary()), model.exported());
    }

    @Override
    public Model model() {
        return model.training();
    }

    @Override
    public void close() {
        graph.close();
    }

    private Head bundleHead() {
        return new Head(labels, head, options.maxLength());
    }
}
