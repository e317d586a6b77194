package io.github.bert4j.joint;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityTrainingSet;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 *
 * <p>Source: Chen, Zhuo and Wang, "BERT for Joint Intent Classification and Slot Filling".
 */
public final class JointRecognizer implements TaskModel<LabelledJointText, String, JointAnswer> {
    /** 126 characters of each text, in training as in prediction; a rate of 5e-5, which is the source's. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 32, 5e-5);

    /** Both losses count as they are: their sum is that of class and tags together. */
    public static final double DEFAULT_ENTITY_WEIGHT = 1;

    /** Times to go through the training data, if nothing else is said. */
    public static final int DEFAULT_EPOCHS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(JointRecognizer.class);
    private static final int SPECIAL_TOKENS = 2;

    private final JointTask.Head head;
    private final Backbone backbone;
    private final TextWindows windows;
    private final JointModel model;

    JointRecognizer(JointTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        this.windows = backbone.windows(backbone.length(SPECIAL_TOKENS));
        this.model = JointModel.of(backbone.graph(), backbone.bert(), head.labels());
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
        return JointTask.TASK.fromCheckpoint(checkpoint, JointTask.Head.of(labels, entityWeight, options), options);
    }

    /**
     * A trained recognizer.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static JointRecognizer load(Path path) throws IOException {
        return JointTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static JointRecognizer load(Path path, TrainingOptions options) throws IOException {
        return JointTask.TASK.load(path, options);
    }

    /** Compares what it says about texts with what is known of them. */
    @Override
    public JointEvaluation evaluate(List<LabelledJointText> texts) {
        return JointEvaluation.of(
                texts,
                predict(texts.stream().map(text -> text.labelled().text()).toList()));
    }

    /** What each text is and what stands in it, in the order given; texts of similar length are computed together. */
    @Override
    public List<JointAnswer> predict(List<String> texts) {
        List<Window> starts =
                texts.stream().map(windows::of).map(all -> all.get(0)).toList();
        List<Prediction> predictions = backbone.predict(
                model.predicting(),
                starts,
                window -> Sample.of(window.encoding().ids()));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> answer(texts.get(i), starts.get(i), predictions.get(i)))
                .toList();
    }

    /** What it can say. */
    public JointLabels labels() {
        return head.labels();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream().map(Question::text).toList()).stream()
                .map(JointTask.Said::of)
                .toList();
    }

    @Override
    public JointTask.Head head() {
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

    /**
     * {@inheritDoc} With validation data, these are {@link JointEvaluation#metrics}.
     *
     * <p>Entities that cannot be learned as they stand are counted in a warning.
     *
     * @throws IllegalArgumentException if there are no texts, or one is of a class that the recognizer does not know
     */
    @Override
    public History fit(List<LabelledJointText> train, int epochs, Validation validation, Callback... callbacks) {
        double entityWeight = head.entityWeight() == 0 ? DEFAULT_ENTITY_WEIGHT : head.entityWeight();
        return backbone.fit(
                train.stream().map(text -> text.labelled().text()),
                () -> dataset(train),
                epochs,
                Backbone.Recipe.constant(),
                optimizer -> model.compile(optimizer, entityWeight),
                validation,
                callbacks);
    }

    private Dataset dataset(List<LabelledJointText> texts) {
        EntityTrainingSet set = EntityTrainingSet.of(
                texts.stream().map(LabelledJointText::labelled).toList(),
                text -> windows.of(text).subList(0, 1),
                labels().entities(),
                false);
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        List<Sample> samples = IntStream.range(0, texts.size())
                .mapToObj(i -> model.sample(set.windows().get(i), classNumber(texts.get(i))))
                .toList();
        return backbone.dataset(samples, sample -> sample);
    }

    private int classNumber(LabelledJointText text) {
        int number = labels().classes().indexOf(text.label());
        if (number < 0) {
            throw new IllegalArgumentException("Label %s of \"%s\": the recognizer knows %s"
                    .formatted(text.label(), text.labelled().text(), labels().classes()));
        }
        return number;
    }

    private JointAnswer answer(String text, Window window, Prediction prediction) {
        List<Entity> entities = model.tagging().decode(prediction.output(1)).stream()
                .map(found -> Entity.in(
                        text, window, found.span(), labels().entities().get(found.label())))
                .flatMap(Optional::stream)
                .toList();
        return new JointAnswer(
                Labelling.MULTI_CLASS.classification(labels().classes(), prediction.output(0)), entities);
    }
}
