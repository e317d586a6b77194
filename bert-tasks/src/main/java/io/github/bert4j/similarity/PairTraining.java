package io.github.bert4j.similarity;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.similarity.InBatchNegatives.Directions;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.train.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** How an encoder learns from some pairs: what is read of them at once, and the loss of that. */
final class PairTraining {
    private final PairLoss loss;
    private final List<LabelledPair> pairs;
    private final List<RetrievalRows.Row> rows;

    /** @throws IllegalArgumentException if the loss finds nothing in the pairs to learn from */
    PairTraining(PairLoss loss, List<LabelledPair> pairs) {
        this.loss = loss;
        this.pairs = pairs;
        List<RetrievalRows.Row> all = loss.isForRetrieval() ? new RetrievalRows(pairs).rows() : List.of();
        this.rows = loss == PairLoss.TRIPLETS
                ? all.stream().filter(row -> row.negative().isPresent()).toList()
                : all;
        boolean ordered =
                pairs.stream().mapToDouble(LabelledPair::score).distinct().count() > 1;
        if (loss == PairLoss.COSENT && !ordered) {
            throw new IllegalArgumentException(
                    "%d pairs, all of the same score: expected at least two scores, as the loss puts them in order"
                            .formatted(pairs.size()));
        }
        if (loss == PairLoss.TRIPLETS && rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d pairs, but no query with both a similar text and another one: expected pairs of high and of low scores with the same first text, or hard negatives to be mined"
                            .formatted(pairs.size()));
        }
    }

    /**
     * What is learned from.
     *
     * @param query the ids of the first text of a pair
     * @param text the ids of the second
     */
    Dataset dataset(Backbone backbone, Function<String, int[]> query, Function<String, int[]> text) {
        if (loss == PairLoss.COSENT) {
            return backbone.dataset(
                    pairs,
                    pair -> Sample.of(query.apply(pair.first()), text.apply(pair.second()))
                            .labelled((float) pair.score()));
        }
        boolean negatives = hasNegatives();
        return backbone.dataset(rows, row -> {
            Sample sample = Sample.of(query.apply(row.query()), text.apply(row.text()));
            if (loss == PairLoss.TRIPLETS) {
                return sample.with(IntValues.of(text.apply(row.negative().orElseThrow())));
            }
            return negatives
                    ? sample.with(
                            IntValues.of(row.group()),
                            IntValues.of(text.apply(row.negative().orElse(""))),
                            IntValues.of(row.negativeGroup()))
                    : sample.with(IntValues.of(row.group()));
        });
    }

    /**
     * The model that learns; the towers beside the first are made here, as encoding does not need them.
     *
     * @param queries the first tower: token ids → vectors
     * @param vector of the tokens of a text
     */
    CompiledModel compile(Model queries, UnaryOperator<Tensor> vector, Optimizer optimizer) {
        Tensor texts = queries.graph().ids("other_tokens");
        Towers towers = new Towers(queries.inputs().get(0), queries.outputs().get(0), texts, vector.apply(texts));
        return switch (loss) {
            case COSENT ->
                Model.of(towers.tokens(), texts)
                        .to(Cosine.of(towers.u(), towers.v()))
                        .compile(CosentLoss.DEFAULT, optimizer);
            case TRIPLETS -> triplets(towers, vector, optimizer);
            case NEGATIVES -> contrasting(towers, vector, InBatchNegatives.DEFAULT, optimizer);
            case BOTH_WAYS -> contrasting(towers, vector, InBatchNegatives.DEFAULT.with(Directions.BOTH), optimizer);
        };
    }

    /** The ids and the vectors of queries and of their texts. */
    private record Towers(Tensor tokens, Tensor u, Tensor texts, Tensor v) {
        Graph graph() {
            return tokens.graph();
        }
    }

    private static CompiledModel triplets(Towers towers, UnaryOperator<Tensor> vector, Optimizer optimizer) {
        Tensor others = towers.graph().ids("negative_tokens");
        Tensor w = vector.apply(others);
        return Model.of(towers.tokens(), towers.texts(), others)
                .to(towers.u(), towers.v(), w)
                .compile(List.of(TripletLoss.DEFAULT.term(towers.u(), towers.v(), w, towers.tokens())), optimizer);
    }

    private CompiledModel contrasting(
            Towers towers, UnaryOperator<Tensor> vector, InBatchNegatives contrast, Optimizer optimizer) {
        Tensor groups = towers.graph().ints("groups", Shape.UNKNOWN);
        List<Tensor> inputs = new ArrayList<>(List.of(towers.tokens(), towers.texts(), groups));
        Optional<InBatchNegatives.Negatives> negatives = Optional.empty();
        if (hasNegatives()) {
            Tensor others = towers.graph().ids("negative_tokens");
            Tensor negativeGroups = towers.graph().ints("negative_groups", Shape.UNKNOWN);
            inputs.addAll(List.of(others, negativeGroups));
            negatives = Optional.of(new InBatchNegatives.Negatives(vector.apply(others), negativeGroups));
        }
        return Model.of(inputs.toArray(Tensor[]::new))
                .to(towers.u(), towers.v())
                .compile(List.of(contrast.term(towers.u(), towers.v(), groups, negatives)), optimizer);
    }

    private boolean hasNegatives() {
        return rows.stream().anyMatch(row -> row.negative().isPresent());
    }
}
