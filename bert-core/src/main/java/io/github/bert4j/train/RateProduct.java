package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
import java.util.Collection;

/** Two factors of every weight, multiplied. */
record RateProduct(RateFactors first, RateFactors second) implements RateFactors {

    @Override
    public double of(Weight weight) {
        return first.of(weight) * second.of(weight);
    }

    @Override
    public void check(Collection<Weight> weights) {
        first.check(weights);
        second.check(weights);
    }
}
