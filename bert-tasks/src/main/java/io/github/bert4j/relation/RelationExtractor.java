package io.github.bert4j.relation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * <p>Any number of threads may predict at a time, while one trains too; see {@link Trainable}.
 */
public final class RelationExtractor implements Trainable<AnnotatedText> {
    /**
     * The original recipe: 160 characters in training, all of them in prediction; the learning rate reaches 5e-5 at the
     * end of the first epoch, and falls to a fifth in the second.
     */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(160, 32, 5e-5);

    private static final Logger LOG = LoggerFactory.getLogger(RelationExtractor.class);
    private static final int SPECIAL_TOKENS = 2;
    /** The peak of the learning rate is so many times the floor. */
    private static final double PEAK_TO_FLOOR = 5;

    private final Graph graph;
    private final Bert bert;
    private final OurTokenizer tokenizer;
    private final List<String> predicates;
    private final Thresholds thresholds;
    private final TrainingOptions options;
    private final RelationModels models;
    private final TripleFinder finder;
    private final List<TripleRule> rules = new CopyOnWriteArrayList<>();
    private CompiledModel compiled;

    /**
     * What a bundle keeps of the options.
     *
     * @param predicates by id
     */
    private record Head(
            @JsonProperty(required = true) List<String> predicates,
            @JsonProperty(required = true) Thresholds thresholds,
            @JsonProperty(required = true) int maxTrainingLength) {}

    private RelationExtractor(List<String> predicates, Thresholds thresholds, TrainingOptions options, Bert bert) {
        this.predicates = List.copyOf(predicates);
        if (predicates.isEmpty() || Set.copyOf(predicates).size() < predicates.size()) {
            throw new IllegalArgumentException("Predicates " + predicates + ": expected at least one, and none twice");
        }
        this.thresholds = thresholds;
        this.options = options;
        this.graph = bert.graph();
        this.bert = bert;
        this.tokenizer = OurTokenizer.uncased(bert.vocabulary());
        this.models = RelationModels.of(graph, bert, predicates.size());
        this.finder = new TripleFinder(
                models,
                new TextWindows(tokenizer, bert.config().maxPositionEmbeddings()),
                new SpanDecoder(thresholds),
                this.predicates);
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
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new RelationExtractor(predicates, thresholds, options, bert));
    }

    /**
     * A trained extractor.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static RelationExtractor load(Path path) throws IOException {
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
    public static RelationExtractor load(Bundle bundle, Precision precision) throws IOException {
        Head head = bundle.head(Task.RELATION, Head.class);
        return Trainable.fromBundle(
                bundle,
                precision,
                () -> DEFAULTS.withMaxLength(head.maxTrainingLength()),
                (options, bert) -> new RelationExtractor(head.predicates(), head.thresholds(), options, bert));
    }

    /**
     * Trains without looking at validation data. Triples that cannot be learned are left out and logged as a warning:
     * those whose names are not in what is read of the text, and those of other predicates.
     *
     * <p>The learning rate is made for the length of the first call's epochs; another call goes on where it ended.
     *
     * @throws IllegalArgumentException if nothing can be learned from
     */
    @Override
    public History fit(List<AnnotatedText> train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}; measures {@code precision}, {@code recall} and {@code f1} after every epoch. */
    @Override
    public History fit(List<AnnotatedText> train, int epochs, List<AnnotatedText> validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}, for callers who measure in their own way. */
    public History fit(List<AnnotatedText> train, int epochs, Validation validation, Callback... callbacks) {
        return graph.training(() -> train(train, epochs, validation, callbacks));
    }

    private History train(List<AnnotatedText> train, int epochs, Validation validation, Callback... callbacks) {
        TrainingSet set = TrainingSet.of(train, tokenizer, predicates, maxTrainingTokens());
        set.defects().ifPresent(defects -> LOG.warn("Training: {}", defects));
        Dataset dataset = Dataset.drawn(
                set.texts(), options.batchSize(), (text, random) -> text.sample(predicates.size(), random));
        if (compiled == null) {
            double peak = options.learningRate();
            Tuning tuning = options.tuning();
            compiled = tuning.compile(
                    bert,
                    LearningRateSchedule.twoPhase(peak, peak / PEAK_TO_FLOOR, tuning.steps(dataset)),
                    optimizer -> models.training().compile(models.loss(), optimizer));
        }
        return compiled.fit(dataset, epochs, validation, callbacks);
    }

    /** Compares what is found in texts with what is known of them. */
    public RelationEvaluation evaluate(List<AnnotatedText> texts) {
        List<List<ExtractedTriple>> found =
                predict(texts.stream().map(AnnotatedText::text).toList());
        return new RelationEvaluation(IntStream.range(0, texts.size())
                .mapToObj(i -> new RelationEvaluation.Comparison(texts.get(i), found.get(i)))
                .toList());
    }

    /** The triples of one text. */
    public List<ExtractedTriple> predict(String text) {
        return predict(List.of(text)).get(0);
    }

    /**
     * The triples of each text, in the order given; within a text in the order of their places. Of triples with the same
     * strings, the first is kept. Texts longer than the model's positions are read in overlapping windows.
     */
    public List<List<ExtractedTriple>> predict(List<String> texts) {
        List<List<ExtractedTriple>> found = finder.find(texts);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> corrected(texts.get(i), distinct(found.get(i))))
                .toList();
    }

    /** Applies a rule, after those added before, to all later predictions; rules are not saved. */
    public void addRule(TripleRule rule) {
        rules.add(rule);
    }

    /** The predicates, by id. */
    public List<String> predicates() {
        return predicates;
    }

    /** Saves everything that {@link #load} needs; a bundle that is there is replaced once the new one is complete. */
    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.RELATION, head(), bert, models.training());
    }

    /**
     * Writes the model of subjects to the file, and that of objects, which reads the former's vectors, beside it with
     * {@code -objects} added to its name; and, as all tasks do, vocabulary and settings.
     */
    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file,
                Task.RELATION,
                head(),
                bert,
                tokenizer,
                List.of(
                        new OnnxExport.Part(
                                "",
                                OnnxModel.of(models.subjects())
                                        .withOutputs("subject_starts", "subject_ends", "vectors")),
                        new OnnxExport.Part(
                                "-objects",
                                OnnxModel.of(models.objects()).withOutputs("object_starts", "object_ends"))));
    }

    /** The model that is trained, for {@code summary()} and for code that goes further. */
    @Override
    public Model model() {
        return models.training();
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        graph.close();
    }

    private Head head() {
        return new Head(predicates, thresholds, options.maxLength());
    }

    private int maxTrainingTokens() {
        return (int) Math.min(bert.config().maxPositionEmbeddings(), (long) options.maxLength() + SPECIAL_TOKENS);
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
