package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights as they were at some time, beside those that training goes on changing. */
final class WeightCopies implements AutoCloseable {
    private final Map<Weight, INDArray> copies = new LinkedHashMap<>();

    /** Remembers the values that these weights have now, and no others. */
    void take(Collection<Weight> weights) {
        for (Weight weight : weights) {
            weight.graph().reading(() -> {
                INDArray values = weight.variable().getArr();
                return copies.computeIfAbsent(weight, same -> values.ulike()).assign(values);
            });
        }
    }

    /** Remembers copies of these values. */
    void take(Map<Weight, INDArray> values) {
        values.forEach((weight, array) ->
                copies.computeIfAbsent(weight, same -> array.ulike()).assign(array));
    }

    /** What is remembered; not to be changed. */
    Map<Weight, INDArray> copies() {
        return Collections.unmodifiableMap(copies);
    }

    /** Gives the weights the values that were remembered, if any were. */
    void restore() {
        copies.forEach((weight, values) -> weight.graph().changing(() -> {
            weight.variable().getArr().assign(values);
            weight.graph().weightsChanged();
            return null;
        }));
    }

    @Override
    public void close() {
        copies.values().forEach(INDArray::close);
        copies.clear();
    }
}
