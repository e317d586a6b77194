package io.github.bert4j.reranking;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.SimilarityEvaluation;
import io.github.bert4j.similarity.TextPair;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tells how well a text answers a query, from 0 to 1: a dense layer on the vector of [CLS], which has read both. It learns from
 * pairs of queries with texts that answer them and with others, or from grades.
 *
 * <pre>{@code
 * try (var reranker = Reranker.fromCheckpoint(checkpoint, Reranker.DEFAULTS)) {
 *     reranker.fit(pairs, 3, validation);
 *     reranker.rank("怎么退货", candidates).get(0).text();
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time, while one trains too; see {@link TaskModel}.
 *
 * <p>Source: Nogueira and Cho, "Passage Re-ranking with BERT"; {@code CrossEncoder} of UKPLab/sentence-transformers.
 */
public final class Reranker implements TaskModel<LabelledPair, TextPair, Double> {
    /** 253 tokens, which are Chinese characters or pieces of words, of query and text together; a rate of 2e-5. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(253, 32, 2e-5);

    /** Times to go through the training data, if nothing else is said. */
    public static final int DEFAULT_EPOCHS = 3;

    private final RerankingTask.Head head;
    private final Backbone backbone;
    private final Model model;

    /**
     * A text and how well it answers a query.
     *
     * @param number of the text, from 0
     * @param score from 0 to 1
     */
    public record Ranked(int number, String text, double score) {}

    Reranker(RerankingTask.Head head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        var tokens = backbone.graph().ids("tokens");
        var segments = backbone.graph().ids("segments");
        var x = backbone.bert().apply(tokens, segments).at(0);
        this.model = Model.of(tokens, segments).to(dense(1, SIGMOID).apply(x));
    }

    /**
     * A reranker to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    public static Reranker fromCheckpoint(Path checkpoint, TrainingOptions options) throws IOException {
        return RerankingTask.TASK.fromCheckpoint(checkpoint, new RerankingTask.Head(options.maxLength()), options);
    }

    /**
     * A trained reranker.
     *
     * @param path a bundle that {@link #save} wrote, or a zip of it
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or of another task
     */
    public static Reranker load(Path path) throws IOException {
        return RerankingTask.TASK.load(path);
    }

    /** The texts, the one that answers the query best first; of equals the first. */
    public List<Ranked> rank(String query, List<String> texts) {
        List<Double> scores =
                predict(texts.stream().map(text -> new TextPair(query, text)).toList());
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Ranked(i, texts.get(i), scores.get(i)))
                .sorted(Comparator.comparingDouble(Ranked::score).reversed())
                .toList();
    }

    /** How well the second text of each pair answers the first, from 0 to 1; pairs of similar length are computed together. */
    @Override
    public List<Double> predict(List<TextPair> pairs) {
        return backbone.predict(model, pairs, pair -> sample(pair.first(), pair.second())).stream()
                .map(prediction -> (double) prediction.value())
                .toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream()
                        .map(question ->
                                new TextPair(question.text(), question.second().orElseThrow()))
                        .toList())
                .stream()
                .map(RerankingTask.Said::new)
                .toList();
    }

    /** Compares what it says of pairs with their scores. */
    @Override
    public SimilarityEvaluation evaluate(List<LabelledPair> pairs) {
        List<Double> said = predict(pairs.stream()
                .map(pair -> new TextPair(pair.first(), pair.second()))
                .toList());
        return SimilarityEvaluation.of(
                pairs.stream().mapToDouble(LabelledPair::score).toArray(),
                said.stream().mapToDouble(score -> score).toArray());
    }

    /**
     * {@inheritDoc} With validation data, these are {@link SimilarityEvaluation#metrics}.
     *
     * @param train of whose scores the lowest is learned as 0 and the highest as 1
     * @throws IllegalArgumentException if all pairs have the same score
     */
    @Override
    public History fit(List<LabelledPair> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().flatMap(pair -> Stream.of(pair.first(), pair.second())),
                () -> dataset(train),
                epochs,
                Backbone.Recipe.constant(),
                optimizer -> model.compile(Loss.binaryCrossEntropy(), optimizer),
                validation,
                callbacks);
    }

    private Dataset dataset(List<LabelledPair> pairs) {
        double lowest = pairs.stream().mapToDouble(LabelledPair::score).min().orElse(0);
        double highest = pairs.stream().mapToDouble(LabelledPair::score).max().orElse(0);
        if (lowest == highest) {
            throw new IllegalArgumentException(
                    "%d pairs, all of the same score: expected texts that answer their query, and others"
                            .formatted(pairs.size()));
        }
        return backbone.dataset(
                pairs,
                pair -> sample(pair.first(), pair.second())
                        .labelled((float) ((pair.score() - lowest) / (highest - lowest))));
    }

    private Sample sample(String query, String text) {
        Encoding encoding = backbone.encode(query, text);
        return Sample.of(encoding.ids(), encoding.segments());
    }

    @Override
    public RerankingTask.Head head() {
        return head;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, OnnxModel.of(model).withOutputs("score"));
    }

    /** The model behind it: token and segment ids [batch, length] → probabilities [batch, 1]. */
    @Override
    public Model model() {
        return model;
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }
}
