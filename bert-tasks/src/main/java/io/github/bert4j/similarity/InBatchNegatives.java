package io.github.bert4j.similarity;

import io.github.bert4j.graph.Tensor;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import java.util.Optional;

/**
 * The cross-entropy of finding the text that belongs to a query among all texts of the batch, by a softmax over {@code scale ·
 * cosine}: the texts of the other queries serve as negatives, and so do hard negatives where there are some.
 *
 * <p>Texts that are known to mean the same are no negatives of each other: each has the number of its group.
 *
 * <p>Source: Henderson et al., "Efficient Natural Language Response Suggestion for Smart Reply", 4.4;
 * {@code MultipleNegativesRankingLoss} of UKPLab/sentence-transformers, and with both directions its {@code
 * MultipleNegativesSymmetricRankingLoss}.
 *
 * @param scale of cosines, the inverse of what others call the temperature
 * @param directions what is looked for
 */
public record InBatchNegatives(double scale, Directions directions) {
    /** The scale of the original; texts are looked for. */
    public static final InBatchNegatives DEFAULT = new InBatchNegatives(20, Directions.TEXT_OF_QUERY);

    /** So much below every other score that nothing of it is left after a softmax. */
    private static final double NONE = 1e9;

    /** What is looked for. */
    public enum Directions {
        /** The text that belongs to a query. */
        TEXT_OF_QUERY,
        /** That, and the query that belongs to a text, among queries alone: the mean of both losses. */
        BOTH
    }

    /** @throws IllegalArgumentException if the scale is not a number above 0 */
    public InBatchNegatives {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Scale %s of cosines: expected more than 0, such as 20".formatted(scale));
        }
    }

    /** The same, for this direction or both. */
    public InBatchNegatives with(Directions others) {
        return new InBatchNegatives(scale, others);
    }

    /**
     * The loss of a batch: the mean over its queries.
     *
     * @param queries vectors of any length, [batch, size]
     * @param texts what belongs to each, [batch, size]
     * @param groups int32 [batch]; rows of the same number are no negatives of each other
     * @param negatives hard negatives, for all queries of the batch
     */
    public LossTerm term(Tensor queries, Tensor texts, Tensor groups, Optional<Negatives> negatives) {
        Tensor cosines = Cosine.matrix(queries, texts);
        Tensor own = Cosine.of(queries, texts).expandDims(1).times(scale);
        Tensor same = same(groups, groups);
        Tensor others = scores(cosines, same);
        Tensor all = negatives
                .map(hard -> others.concat(1, scores(Cosine.matrix(queries, hard.texts()), hard.notFor(groups))))
                .orElse(others);
        Tensor losses = losses(own, all, groups);
        if (directions == Directions.BOTH) {
            // Of the same shape both ways, as the rows of the one group are the same.
            losses = losses.plus(losses(own, scores(cosines.transpose(1, 0), same), groups))
                    .times(0.5);
        }
        return LossTerm.mean(losses, groups);
    }

    /**
     * Hard negatives.
     *
     * @param texts vectors, [batch, size]
     * @param groups int32 [batch], in the numbers of the queries' groups; below 0 where a row has no text
     */
    public record Negatives(Tensor texts, Tensor groups) {

        /** 1 where a text is no negative of a query, [queries, texts]. */
        private Tensor notFor(Tensor queries) {
            return same(queries, groups).plus(groups.lessThan(0).expandDims(0)).greaterThan(0);
        }
    }

    private Tensor scores(Tensor cosines, Tensor leftOut) {
        return cosines.times(scale).minus(leftOut.times(NONE));
    }

    private static Tensor losses(Tensor own, Tensor others, Tensor groups) {
        Tensor first = groups.minus(groups);
        return Loss.sparseCategoricalCrossEntropies(own.concat(1, others).softmax(), first);
    }

    /** 1 where a row's number is a column's, else 0: [rows], [columns] → [rows, columns]. */
    private static Tensor same(Tensor rows, Tensor columns) {
        return rows.expandDims(1).equalTo(columns.expandDims(0));
    }
}
