package io.github.bert4j.similarity;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
 * <p>Any number of threads may encode at a time, while one trains too; see {@link TaskModel}.
 *
 * <p>Source: Reimers and Gurevych, "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks".
 */
public final class SentenceEncoder implements TaskModel<LabelledPair, TextPair, Double> {
    /** 126 tokens, which are Chinese characters or pieces of words; a rate of 2e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(126, 32, 2e-5);

    /** Times to go through the training data, if nothing else is said. */
    public static final int DEFAULT_EPOCHS = 5;

    private final SimilarityTask.Head head;
    private final Backbone backbone;
    private final Model model;

    SentenceEncoder(SimilarityTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        Tensor tokens = backbone.graph().ids("tokens");
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
        return SimilarityTask.TASK.fromCheckpoint(
                checkpoint, new SimilarityTask.Head(pooling, options.maxLength()), options);
    }

    /**
     * An encoder that sentence-transformers wrote, with the pooling, the maximum length and the prompts that its files tell, and
     * unit vectors where they ask for them.
     *
     * @param directory with {@code modules.json} and {@code 1_Pooling}
     * @throws IOException if a file is damaged, or asks for what is not done here, such as a dense layer after the pooling
     */
    public static SentenceEncoder fromSentenceTransformers(Path directory, TrainingOptions options) throws IOException {
        var files = new SentenceTransformerFiles(directory);
        Path checkpoint = files.checkpoint();
        SimilarityTask.Head head = files.head(TrainingOptions.longest(BertConfig.of(checkpoint)));
        return SimilarityTask.TASK.asItsFilesSay(checkpoint, head, options.withMaxLength(head.maxLength()));
    }

    /** Whether a directory tells how vectors are made of tokens, see {@link #fromSentenceTransformers}. */
    public static boolean isSentenceTransformers(Path directory) {
        return new SentenceTransformerFiles(directory).exist();
    }

    /** As {@link #fromCheckpoint}, on the BERT of a bundle of any task, whose GELU is known. */
    public static SentenceEncoder fromBundle(Bundle bundle, Pooling pooling, TrainingOptions options)
            throws IOException {
        return SimilarityTask.TASK.onBundle(bundle, new SimilarityTask.Head(pooling, options.maxLength()), options);
    }

    /**
     * A trained encoder.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static SentenceEncoder load(Path path) throws IOException {
        return SimilarityTask.TASK.load(path);
    }

    /**
     * As {@link #load(Path)}, to be trained further in another way than it was; without options it goes on as it was trained.
     *
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static SentenceEncoder load(Path path, TrainingOptions options) throws IOException {
        return SimilarityTask.TASK.load(path, options);
    }

    /**
     * An untrained encoder that learns otherwise than by {@link PairLoss#COSENT}.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     */
    public static SentenceEncoder fromCheckpoint(
            Path checkpoint, Pooling pooling, PairLoss loss, TrainingOptions options) throws IOException {
        return SimilarityTask.TASK.fromCheckpoint(
                checkpoint, new SimilarityTask.Head(pooling, options.maxLength()).with(loss, 0), options);
    }

    /** Compares the cosines of pairs with their scores; where texts are to be found, measures that too. */
    @Override
    public SimilarityEvaluation evaluate(List<LabelledPair> pairs) {
        double[] cosines = similarities(
                pairs.stream().map(LabelledPair::first).toList(),
                pairs.stream().map(LabelledPair::second).toList());
        SimilarityEvaluation compared = SimilarityEvaluation.of(
                pairs.stream().mapToDouble(LabelledPair::score).toArray(), cosines);
        return head.loss().isForRetrieval() ? compared.with(rank(pairs)) : compared;
    }

    /** Looks for the texts of queries among all texts of these pairs, see {@link RankingEvaluation#of(List, RankingEvaluation.Search)}. */
    public RankingEvaluation rank(List<LabelledPair> pairs) {
        return RankingEvaluation.of(
                pairs, (queries, texts) -> SentenceIndex.of(this, texts).orders(queries));
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
        return encodeAfter(head.allPrompts().standardText(), texts, normalization);
    }

    /**
     * As {@link #encode(List, Normalization)}, read after one of the encoder's {@linkplain #prompts prompts}.
     *
     * @param prompt its name
     * @throws IllegalArgumentException if there is none of that name
     */
    public List<float[]> encode(List<String> texts, String prompt, Normalization normalization) {
        return encodeAfter(head.allPrompts().named(prompt), texts, normalization);
    }

    /** Unit vectors of what is looked for, read after the encoder's prompt for queries, if it has one. */
    public List<float[]> encodeQueries(List<String> queries) {
        return encodeAfter(head.allPrompts().query(), queries, Normalization.L2);
    }

    /** Unit vectors of what is to be found, read after the encoder's prompt for documents, if it has one. */
    public List<float[]> encodeTexts(List<String> texts) {
        return encodeAfter(head.allPrompts().document(), texts, Normalization.L2);
    }

    /** What is read before texts. */
    public Prompts prompts() {
        return head.allPrompts();
    }

    private List<float[]> encodeAfter(String prompt, List<String> texts, Normalization normalization) {
        return backbone.predict(model, texts, text -> Sample.of(ids(prompt + text))).stream()
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

    /** The cosine of the vectors of each pair, see {@link #similarities}. */
    @Override
    public List<Double> predict(List<TextPair> pairs) {
        double[] similarities = similarities(
                pairs.stream().map(TextPair::first).toList(),
                pairs.stream().map(TextPair::second).toList());
        return Arrays.stream(similarities).boxed().toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream()
                        .map(question ->
                                new TextPair(question.text(), question.second().orElseThrow()))
                        .toList())
                .stream()
                .map(SimilarityTask.Said::new)
                .toList();
    }

    @Override
    public SimilarityTask.Head head() {
        return head;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, OnnxModel.of(model).withOutputs("vectors"));
    }

    /** The model behind the encoder: token ids [batch, length] → vectors [batch, hidden]. */
    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Model model() {
        return model;
    }

    /**
     * Writes the encoder as a directory that sentence-transformers loads: Hugging Face's checkpoint, pooling, normalization,
     * maximum length and prompts.
     *
     * @param directory made if it is not there; see {@link Bert#saveHuggingFace(Path)}
     * @throws IllegalArgumentException if it reads a token per character, which sentence-transformers does not
     */
    public void saveSentenceTransformers(Path directory) throws IOException {
        Files.createDirectories(directory);
        new SentenceTransformerFiles(directory).write(backbone.bert(), backbone.tokenization(), head);
    }

    /**
     * {@inheritDoc} With validation data, these are {@link SimilarityEvaluation#metrics}.
     *
     * @throws IllegalArgumentException if the loss finds nothing in the pairs to learn from: no two scores, no similar texts, or
     *     no others for triplets
     */
    @Override
    public History fit(List<LabelledPair> train, int epochs, Validation validation, Callback... callbacks) {
        List<LabelledPair> pairs = head.mined() == 0
                ? train
                : new HardNegatives(head.mined(), HardNegatives.DEFAULT.largestShare()).mine(this, train);
        PairTraining training = new PairTraining(head.loss(), pairs);
        return backbone.fit(
                train.stream().flatMap(pair -> Stream.of(pair.first(), pair.second())),
                () -> training.dataset(backbone, this::query, this::text),
                epochs,
                Backbone.Recipe.constant(),
                optimizer -> training.compile(model, this::vector, optimizer),
                validation,
                callbacks);
    }

    private int[] query(String text) {
        return ids(head.allPrompts().query() + text);
    }

    private int[] text(String text) {
        return ids(head.allPrompts().document() + text);
    }

    private int[] ids(String text) {
        return backbone.encode(text).ids();
    }

    private Tensor vector(Tensor ids) {
        Tensor pooled = head.pooling().apply(backbone.bert().apply(ids), ids);
        return head.normalized() ? pooled.unit() : pooled;
    }
}
