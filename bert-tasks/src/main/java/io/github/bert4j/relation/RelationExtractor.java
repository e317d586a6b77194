package io.github.bert4j.relation;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds triples (subject, predicate, object) in texts: first the subjects, then the objects of each by predicate.
 *
 * <pre>{@code
 * try (var extractor = RelationExtractor.fromCheckpoint(checkpoint, predicates, RelationExtractor.DEFAULTS)) {
 *     extractor.fit(train, 20, validation);
 *     extractor.save(Path.of("relation"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 */
public final class RelationExtractor implements TaskModel<LabelledRelations, String, List<ExtractedTriple>> {
    /**
     * The original recipe: 160 characters in training, all of them in prediction; the learning rate reaches 5e-5 at the
     * end of the first epoch, and falls to a fifth in the second.
     */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(160, 32, 5e-5);

    /** The recipe's number of times to go through the training data. */
    public static final int DEFAULT_EPOCHS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(RelationExtractor.class);
    private static final int SPECIAL_TOKENS = 2;

    private final RelationTask.Head head;
    private final Backbone backbone;
    private final RelationModels models;
    private final TripleFinder finder;
    private final List<TripleRule> rules = new CopyOnWriteArrayList<>();

    RelationExtractor(RelationTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        this.models = RelationModels.of(
                backbone.graph(), backbone.bert(), head.predicates().size());
        this.finder = new TripleFinder(
                models,
                backbone.windows(backbone.bert().config().longestInput()),
                new SpanDecoder(head.thresholds()),
                head.predicates());
    }

    /**
     * An extractor to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @param predicates those to be found; the order decides their ids
     * @throws IllegalArgumentException if there are none, one is there twice, or the machine cannot compute in the
     *     precision asked for
     */
    public static RelationExtractor fromCheckpoint(Path checkpoint, List<String> predicates, TrainingOptions options)
            throws IOException {
        return fromCheckpoint(checkpoint, predicates, Thresholds.DEFAULTS, options);
    }

    /** As {@link #fromCheckpoint(Path, List, TrainingOptions)}, with other probabilities from which on a triple counts as found. */
    public static RelationExtractor fromCheckpoint(
            Path checkpoint, List<String> predicates, Thresholds thresholds, TrainingOptions options)
            throws IOException {
        return RelationTask.TASK.fromCheckpoint(
                checkpoint, new RelationTask.Head(predicates, thresholds, options.maxLength()), options);
    }

    /**
     * A trained extractor.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static RelationExtractor load(Path path) throws IOException {
        return RelationTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static RelationExtractor load(Path path, TrainingOptions options) throws IOException {
        return RelationTask.TASK.load(path, options);
    }

    /** The predicates of texts, sorted, each once. */
    public static List<String> predicates(List<LabelledRelations> texts) {
        return texts.stream()
                .flatMap(text -> text.triples().stream())
                .map(Triple::predicate)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * {@inheritDoc} With validation data, these are {@code precision}, {@code recall} and {@code f1}.
     *
     * <p>Triples that cannot be learned are left out and logged as a warning: those whose names are not in what is read of
     * the text, and those of other predicates.
     *
     * <p>The learning rate is made for the length of the first call's epochs; another call goes on where it ended.
     *
     * @throws IllegalArgumentException if nothing can be learned from
     */
    @Override
    public History fit(List<LabelledRelations> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().map(LabelledRelations::text),
                () -> dataset(train),
                epochs,
                Backbone.Recipe.twoPhase(),
                optimizer -> models.training().compile(models.loss(), optimizer),
                validation,
                callbacks);
    }

    private Dataset dataset(List<LabelledRelations> train) {
        RelationTrainingSet set =
                RelationTrainingSet.of(train, backbone.tokenizer(), head.predicates(), backbone.length(SPECIAL_TOKENS));
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        return Dataset.drawn(
                set.texts(),
                backbone.options().batchSize(),
                (text, random) -> text.sample(head.predicates().size(), random));
    }

    /** Compares what is found in texts with what is known of them. */
    @Override
    public RelationEvaluation evaluate(List<LabelledRelations> texts) {
        List<List<ExtractedTriple>> found =
                predict(texts.stream().map(LabelledRelations::text).toList());
        return new RelationEvaluation(IntStream.range(0, texts.size())
                .mapToObj(i -> new RelationEvaluation.Comparison(texts.get(i), found.get(i)))
                .toList());
    }

    /**
     * The triples of each text, in the order given; within a text in the order of their places. Of triples with the same
     * strings, the first is kept. Texts longer than the model's positions are read in overlapping windows.
     */
    @Override
    public List<List<ExtractedTriple>> predict(List<String> texts) {
        List<List<ExtractedTriple>> found = finder.find(texts);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> corrected(texts.get(i), distinct(found.get(i))))
                .toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream().map(Question::text).toList()).stream()
                .map(RelationTask.Said::of)
                .toList();
    }

    /** Applies a rule, after those added before, to all later predictions; rules are not saved. */
    public void addRule(TripleRule rule) {
        rules.add(rule);
    }

    /** The predicates, by id. */
    public List<String> predicates() {
        return head.predicates();
    }

    @Override
    public RelationTask.Head head() {
        return head;
    }

    /**
     * Writes the model of subjects to the file, and that of objects, which reads the former's vectors, beside it with
     * {@code -objects} added to its name; and, as all tasks do, vocabulary and settings.
     */
    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxModel subjects = OnnxModel.of(models.subjects()).withOutputs("subject_starts", "subject_ends", "vectors");
        OnnxModel objects = OnnxModel.of(models.objects()).withOutputs("object_starts", "object_ends");
        backbone.exportOnnx(
                file, head, List.of(new OnnxExport.Part("", subjects), new OnnxExport.Part("-objects", objects)));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return models.training();
    }

    private List<ExtractedTriple> corrected(String text, List<ExtractedTriple> triples) {
        List<ExtractedTriple> result = triples;
        for (TripleRule rule : rules) {
            result = distinct(rule.apply(text, result));
        }
        return result;
    }

    private static List<ExtractedTriple> distinct(List<ExtractedTriple> triples) {
        Set<Triple> known = new HashSet<>();
        return triples.stream()
                .filter(triple -> known.add(triple.triple().normalized()))
                .toList();
    }
}
