package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
import java.util.Collection;
import java.util.regex.Pattern;

/** One factor for all weights whose whole name a pattern fits. */
record NamedRates(Pattern names, double factor) implements RateFactors {

    @Override
    public double of(Weight weight) {
        return isMeant(weight) ? factor : 1;
    }

    @Override
    public void check(Collection<Weight> weights) {
        if (weights.stream().noneMatch(this::isMeant)) {
            throw new IllegalArgumentException(
                    "No weight is named as the rate factor %s of \"%s\" says: expected a pattern of whole names, such as \"dense_1/.*\"; there are %s"
                            .formatted(
                                    factor,
                                    names,
                                    weights.stream().map(Weight::name).toList()));
        }
    }

    private boolean isMeant(Weight weight) {
        return names.matcher(weight.name()).matches();
    }
}
