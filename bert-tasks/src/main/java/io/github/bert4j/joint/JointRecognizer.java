package io.github.bert4j.joint;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.TrainingSet;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
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
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what a text is and finds the entities in it, at the cost of one BERT: a softmax on the vector of [CLS], and a CRF on
 * the vectors of all characters. Both learn together, the loss being the sum of theirs.
 *
 * <pre>{@code
 * var labels = JointLabels.of(train);
 * try (var recognizer = JointRecognizer.fromCheckpoint(checkpoint, labels, JointRecognizer.DEFAULTS)) {
 *     recognizer.fit(train, 10, validation);
 *     recognizer.save(Path.of("commands"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 *
 * <p>Source: Chen, Zhuo and Wang, "BERT for Joint Intent Classification and Slot Filling".
 */
public final class JointRecognizer implements Trainable<JointText> {
    /** 126 characters of each text, in training as in prediction; a rate of 5e-5, which is the source's. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 32, 5e-5);

    /** Both losses count as they are: their sum is that of class and tags together. */
    public static final double DEFAULT_ENTITY_WEIGHT = 1;

    private static final Logger LOG = LoggerFactory.getLogger(JointRecognizer.class);
    private static final int SPECIAL_TOKENS = 2;
    /** Not the training batch: a loaded recognizer must add up the same numbers in the same order as the saved one. */
    private static final int PREDICTED_TOGETHER = 32;

    private final Graph graph;
    private final Bert bert;
    private final JointLabels labels;
    private final TrainingOptions options;
    private final double entityWeight;
    private final TextWindows windows;
    private final JointNetwork network;
    private CompiledModel compiled;

    /** What a bundle keeps of the options. */
    private record Head(
            @JsonProperty(required = true) JointLabels labels,
            @JsonProperty(required = true) int maxLength) {}

    private JointRecognizer(JointLabels labels, TrainingOptions options, double entityWeight, Bert bert) {
        if (!(entityWeight > 0)) {
            throw new IllegalArgumentException("Entity weight " + entityWeight + ": expected a positive number");
        }
        this.labels = labels;
        this.options = options;
        this.entityWeight = entityWeight;
        this.graph = bert.graph();
        this.bert = bert;
        long length = Math.min(bert.config().maxPositionEmbeddings(), (long) options.maxLength() + SPECIAL_TOKENS);
        this.windows = new TextWindows(OurTokenizer.uncased(bert.vocabulary()), (int) length);
        this.network = JointNetwork.of(graph, bert, labels);
    }

    /** As {@link #fromCheckpoint(Path, JointLabels, TrainingOptions, double)}, with the losses as they are. */
    public static JointRecognizer fromCheckpoint(Path checkpoint, JointLabels labels, TrainingOptions options)
            throws IOException {
        return fromCheckpoint(checkpoint, labels, options, DEFAULT_ENTITY_WEIGHT);
    }

    /**
     * A recognizer to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @param labels see {@link JointLabels#of(List)}
     * @param entityWeight what the entities' loss, which grows with the length of a text, is multiplied by before the class's
     *     is added
     * @throws IllegalArgumentException if the weight is not positive, or the machine cannot compute in the precision asked
     *     for
     */
    public static JointRecognizer fromCheckpoint(
            Path checkpoint, JointLabels labels, TrainingOptions options, double entityWeight) throws IOException {
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new JointRecognizer(labels, options, entityWeight, bert));
    }

    /**
     * A trained recognizer.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static JointRecognizer load(Path path) throws IOException {
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
    public static JointRecognizer load(Bundle bundle, Precision precision) throws IOException {
        Head head = bundle.head(Task.JOINT, Head.class);
        return Trainable.fromBundle(
                bundle,
                precision,
                () -> DEFAULTS.withMaxLength(head.maxLength()),
                (options, bert) -> new JointRecognizer(head.labels(), options, DEFAULT_ENTITY_WEIGHT, bert));
    }

    /**
     * Trains without looking at validation data. Entities that cannot be learned as they stand are counted in a warning.
     *
     * @throws IllegalArgumentException if there are no texts, or one is of a class that the recognizer does not know
     */
    @Override
    public History fit(List<JointText> train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}; {@link JointEvaluation#metrics} are measured after every epoch. */
    @Override
    public History fit(List<JointText> train, int epochs, List<JointText> validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** Compares what it says about texts with what is known of them. */
    public JointEvaluation evaluate(List<JointText> texts) {
        return JointEvaluation.of(
                texts,
                predict(texts.stream().map(text -> text.labelled().text()).toList()));
    }

    /** What one text is, and what stands in it. */
    public JointAnswer predict(String text) {
        return predict(List.of(text)).get(0);
    }

    /** What each text is and what stands in it, in the order given; texts of similar length are computed together. */
    public List<JointAnswer> predict(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<Window> starts =
                texts.stream().map(windows::of).map(all -> all.get(0)).toList();
        List<Prediction> predictions = network.predicting()
                .predict(Dataset.of(
                        starts,
                        PREDICTED_TOGETHER,
                        window -> Sample.of(window.encoding().ids())));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> answer(texts.get(i), starts.get(i), predictions.get(i)))
                .toList();
    }

    /** What it can say. */
    public JointLabels labels() {
        return labels;
    }

    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.JOINT, head(), bert, model());
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(file, Task.JOINT, head(), bert, OurTokenizer.uncased(bert.vocabulary()), network.exported());
    }

    @Override
    public Model model() {
        return network.training();
    }

    @Override
    public void close() {
        graph.close();
    }

    private Head head() {
        return new Head(labels, options.maxLength());
    }

    private History fit(List<JointText> train, int epochs, Validation validation, Callback... callbacks) {
        return graph.training(() -> train(train, epochs, validation, callbacks));
    }

    /** Backward operations are made when they are first needed: predicting does not need them. */
    private History train(List<JointText> train, int epochs, Validation validation, Callback... callbacks) {
        Dataset dataset = dataset(train);
        if (compiled == null) {
            compiled = options.tuning()
                    .compile(
                            bert,
                            LearningRateSchedule.constant(options.learningRate()),
                            optimizer -> network.compile(optimizer, entityWeight));
        }
        return compiled.fit(dataset, epochs, validation, callbacks);
    }

    private Dataset dataset(List<JointText> texts) {
        TrainingSet set = TrainingSet.of(
                texts.stream().map(JointText::labelled).toList(),
                text -> windows.of(text).subList(0, 1),
                labels.entities(),
                false);
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        List<Sample> samples = IntStream.range(0, texts.size())
                .mapToObj(i -> network.sample(set.windows().get(i), classNumber(texts.get(i))))
                .toList();
        return Dataset.of(samples, options.batchSize(), sample -> sample);
    }

    private int classNumber(JointText text) {
        int number = labels.classes().indexOf(text.label());
        if (number < 0) {
            throw new IllegalArgumentException("Label %s of \"%s\": the recognizer knows %s"
                    .formatted(text.label(), text.labelled().text(), labels.classes()));
        }
        return number;
    }

    private JointAnswer answer(String text, Window window, Prediction prediction) {
        List<Entity> entities = network.tagging().decode(prediction.output(1)).stream()
                .map(found ->
                        Entity.in(text, window, found.span(), labels.entities().get(found.label())))
                .flatMap(Optional::stream)
                .toList();
        return new JointAnswer(Labelling.MULTI_CLASS.classification(labels.classes(), prediction.output(0)), entities);
    }
}
