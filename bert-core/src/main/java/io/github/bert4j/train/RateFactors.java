package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
import java.util.Collection;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * What the learning rate of each weight is multiplied by; schedules stay as they are.
 *
 * <pre>{@code
 * new Adam(2e-5).withRateFactors(RateFactors.layerWise(0.9, bert::layersAbove))
 * new Adam(2e-5).withRateFactors(RateFactors.named("dense_.*", 10))
 * }</pre>
 */
@FunctionalInterface
public interface RateFactors {
    /** A finite factor of at least 0. */
    double of(Weight weight);

    /** 1 for every weight. */
    static RateFactors none() {
        return weight -> 1;
    }

    /**
     * A factor for weights of some names, 1 for others; {@code compile} refuses one that no weight is named by.
     *
     * @param pattern a regular expression for the whole name, such as {@code dense_1/.*}
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    static RateFactors named(String pattern, double factor) {
        return new NamedRates(Pattern.compile(pattern), factor);
    }

    /**
     * {@code decay} to the power of the number of layers above: the head learns at the full rate, the embeddings most
     * slowly.
     *
     * <p>Source: Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification", section 3.2; counted
     * as in {@code optim_factory.py} of microsoft/unilm's BEiT.
     *
     * @param decay such as 0.9
     * @param layersAbove such as {@code bert::layersAbove}
     */
    static RateFactors layerWise(double decay, ToIntFunction<Weight> layersAbove) {
        return weight -> Math.pow(decay, layersAbove.applyAsInt(weight));
    }

    /** The product of both. */
    default RateFactors times(RateFactors other) {
        return new RateProduct(this, other);
    }

    /**
     * Looks at the weights that there are.
     *
     * @throws IllegalArgumentException if these factors mean weights and none of them is there
     */
    default void check(Collection<Weight> weights) {}
}
