package io.github.bert4j.bert;

import io.github.bert4j.layers.LayerNormalization;
import java.util.Set;

/**
 * What of an encoder can be otherwise than in BERT.
 *
 * @param positions how it knows where a token stands
 * @param epsilon what normalization adds to the variance
 * @param taskTypes rows of a third table of embeddings, whose first is added; 0 for none
 * @param normalizedFirst whether layers normalize their inputs, not their outputs, and the encoder the last one's
 * @param gated whether the feed-forward layer multiplies what is activated with a second dense layer's output
 * @param biases what has a bias
 * @param geluHead whether the masked-word head computes GELU by erf, whatever the layers compute
 */
public record Design(
        Positions positions,
        float epsilon,
        int taskTypes,
        boolean normalizedFirst,
        boolean gated,
        Set<Biased> biases,
        boolean geluHead) {
    /** BERT's own. */
    public static final Design BERT =
            new Design(Positions.BERT, LayerNormalization.EPSILON, 0, false, false, Set.of(Biased.values()), false);

    /** What can have a bias. */
    public enum Biased {
        ATTENTION,
        FEED_FORWARD,
        NORMALIZATION,
        /** The dense layer of the masked-word head. */
        HEAD
    }

    /** The same with another way to know places. */
    public Design withPositions(Positions other) {
        return new Design(other, epsilon, taskTypes, normalizedFirst, gated, biases, geluHead);
    }

    Design withEpsilon(double other) {
        return new Design(positions, (float) other, taskTypes, normalizedFirst, gated, biases, geluHead);
    }

    Design withGeluHead() {
        return new Design(positions, epsilon, taskTypes, normalizedFirst, gated, biases, true);
    }

    Design withTaskTypes(int count) {
        return new Design(positions, epsilon, count, normalizedFirst, gated, biases, geluHead);
    }
}
