package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
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
     * A factor for weights of some names, 1 for others.
     *
     * @param pattern a regular expression for the whole name, such as {@code dense_1/.*}
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    static RateFactors named(String pattern, double factor) {
        Pattern names = Pattern.compile(pattern);
        return weight -> names.matcher(weight.name()).matches() ? factor : 1;
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
        return weight -> of(weight) * other.of(weight);
    }
}
