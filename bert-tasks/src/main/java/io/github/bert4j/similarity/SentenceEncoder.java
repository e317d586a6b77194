package io.github.bert4j.similarity;

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
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.BertSource;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns texts into vectors that are the closer the more similar the texts are; as the checkpoint has it, or learned from
 * scored pairs: one BERT reads both texts of a pair, and their cosines are put in order by {@link CosentLoss}.
 *
 * <pre>{@code
 * try (var encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.CLS, SentenceEncoder.DEFAULTS)) {
 *     encoder.fit(train, 5, validation);
 *     encoder.save(Path.of("similarity"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may encode at a time, while one trains too; see {@link Trainable}.
 *
 * <p>Source: Reimers and Gurevych, "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks".
 */
public final class SentenceEncoder implements Trainable<ScoredPair> {
    /** 126 tokens, which are Chinese characters or pieces of words; a rate of 2e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 32, 2e-5);

    private static final int SPECIAL_TOKENS = 2;
    /** Not the training batch: a loaded encoder must add up the same numbers in the same order as the saved one. */
    private static final int ENCODED_TOGETHER = 32;

    private final Graph graph;
    private final Bert bert;
    private final Tokenizer tokenizer;
    private final Head head;
    private final TrainingOptions options;
    private final Tensor tokens;
    private final Model model;
    private CompiledModel compiled;

    /** What a bundle keeps of the options. */
    private record Head(
            @JsonProperty(required = true) Pooling pooling,
            @JsonProperty(required = true) int maxLength) {
        private Head {
            DEFAULTS.withMaxLength(maxLength); // refuses what is no length
        }
    }

    private SentenceEncoder(Head head, TrainingOptions options, Bert bert) {
        this.head = head;
        this.options = options;
        this.graph = bert.graph();
        this.bert = bert;
        this.tokenizer = WordPieceTokenizer.uncased(bert.vocabulary());
        this.tokens = graph.ids("tokens");
        this.model = Model.of(tokens).to(vector(tokens));
    }

    /**
     * An encoder on a checkpoint's weights, to be used as it is or to be trained.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SentenceEncoder fromCheckpoint(Path checkpoint, Pooling pooling, TrainingOptions options)
            throws IOException {
        return BertSource.checkpoint(checkpoint, options)
                .build(options, bert -> new SentenceEncoder(new Head(pooling, options.maxLength()), options, bert));
    }

    /** As {@link #fromCheckpoint}, on the BERT of a bundle of any task, whose GELU is known. */
    public static SentenceEncoder fromBundle(Bundle bundle, Pooling pooling, TrainingOptions options)
            throws IOException {
        BertSource source = bundle::trainedBert;
        return source.build(
                options, bert -> new SentenceEncoder(new Head(pooling, options.maxLength()), options, bert));
    }

    /**
     * A trained encoder.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static SentenceEncoder load(Path path) throws IOException {
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
    public static SentenceEncoder load(Bundle bundle, Precision precision) throws IOException {
        Head head = bundle.head(Task.SIMILARITY, Head.class);
        return fromBundle(
                bundle, head.pooling(), DEFAULTS.withMaxLength(head.maxLength()).withPrecision(precision));
    }

    /**
     * Trains without looking at validation data.
     *
     * @throws IllegalArgumentException if all pairs have the same score
     */
    @Override
    public History fit(List<ScoredPair> train, int epochs, Callback... callbacks) {
        return compiled().fit(dataset(train), epochs, callbacks);
    }

    /** As {@link #fit(List, int, Callback...)}; {@link SimilarityEvaluation#metrics} are measured after every epoch. */
    @Override
    public History fit(List<ScoredPair> train, int epochs, List<ScoredPair> validation, Callback... callbacks) {
        return compiled().fit(dataset(train), epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** Compares the cosines of pairs with their scores. */
    public SimilarityEvaluation evaluate(List<ScoredPair> pairs) {
        double[] cosines = similarities(
                pairs.stream().map(ScoredPair::first).toList(),
                pairs.stream().map(ScoredPair::second).toList());
        return SimilarityEvaluation.of(
                pairs.stream().mapToDouble(ScoredPair::score).toArray(), cosines);
    }

    /** The vector of one text, as pooled. */
    public float[] encode(String text) {
        return encode(List.of(text)).get(0);
    }

    /** The vector of each text, as pooled, in the order given; texts of similar length are computed together. */
    public List<float[]> encode(List<String> texts) {
        return encode(texts, Normalization.NONE);
    }

    /** As {@link #encode(List)}, normalized. */
    public List<float[]> encode(List<String> texts, Normalization normalization) {
        if (texts.isEmpty()) {
            return List.of();
        }
        return model.predict(Dataset.of(texts, ENCODED_TOGETHER, text -> Sample.of(ids(text)))).stream()
                .map(prediction -> normalization.apply(prediction.output(0).values()))
                .toList();
    }

    /** The cosine of the vectors of two texts. */
    public double similarity(String first, String second) {
        return similarities(List.of(first), List.of(second))[0];
    }

    /**
     * The cosine of the vectors of each text and its counterpart; a text that occurs often is encoded once.
     *
     * @throws IllegalArgumentException if there are more of the first than of the second, or the other way round
     */
    public double[] similarities(List<String> first, List<String> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "%d texts and %d counterparts: expected as many".formatted(first.size(), second.size()));
        }
        List<String> texts =
                Stream.concat(first.stream(), second.stream()).distinct().toList();
        List<float[]> encoded = encode(texts);
        Map<String, float[]> vectors = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            vectors.put(texts.get(i), encoded.get(i));
        }
        return IntStream.range(0, first.size())
                .mapToDouble(i -> Cosine.of(vectors.get(first.get(i)), vectors.get(second.get(i))))
                .toArray();
    }

    @Override
    public void save(Path directory) throws IOException {
        BundleWriter.write(directory, Task.SIMILARITY, head, bert, model);
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        OnnxExport.write(
                file,
                Task.SIMILARITY,
                head,
                bert,
                tokenizer,
                OnnxModel.of(model).withOutputs("vectors"));
    }

    /** The model behind the encoder: token ids [batch, length] → vectors [batch, hidden]. */
    @Override
    public Model model() {
        return model;
    }

    @Override
    public void close() {
        graph.close();
    }

    private Dataset dataset(List<ScoredPair> pairs) {
        if (pairs.stream().mapToDouble(ScoredPair::score).distinct().count() < 2) {
            throw new IllegalArgumentException(
                    "%d pairs, all of the same score: expected at least two scores, as the loss puts them in order"
                            .formatted(pairs.size()));
        }
        return Dataset.of(
                pairs,
                options.batchSize(),
                pair -> Sample.of(ids(pair.first()), ids(pair.second())).labelled((float) pair.score()));
    }

    private int[] ids(String text) {
        return tokenizer
                .encode(text, (int) Math.min(Integer.MAX_VALUE, (long) head.maxLength() + SPECIAL_TOKENS))
                .ids();
    }

    private Tensor vector(Tensor ids) {
        return head.pooling().apply(bert.apply(ids), ids);
    }

    /** The second tower and backward operations are made when they are first needed: encoding does not need them. */
    private synchronized CompiledModel compiled() {
        if (compiled == null) {
            compiled = options.tuning()
                    .compile(
                            bert,
                            LearningRateSchedule.constant(options.learningRate()),
                            optimizer -> towers().compile(CosentLoss.DEFAULT, optimizer));
        }
        return compiled;
    }

    private Model towers() {
        Tensor others = graph.ids("other_tokens");
        return Model.of(tokens, others).to(Cosine.of(model.outputs().get(0), vector(others)));
    }
}
