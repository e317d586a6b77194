package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moving averages of weights, which can take the weights' place; see {@link io.github.bert4j.train.MovingAverage}. */
final class Averages {
    private final double decay;
    private final Map<Weight, INDArray> others = new LinkedHashMap<>();
    private boolean used;

    Averages(double decay, Collection<Weight> weights) {
        this.decay = decay;
        for (Weight weight : weights) {
            INDArray average = weight.graph().zeros(weight.shape());
            others.put(weight, average.assign(weight.variable().getArr()));
        }
    }

    /** Takes in the weights as they are after an update. */
    void update() {
        others.forEach((weight, average) -> {
            INDArray values = weight.variable().getArr();
            average.muli(decay);
            Nd4j.getBlasWrapper()
                    .level1()
                    .axpy(
                            values.length(),
                            1 - decay,
                            values.reshape(values.length()),
                            average.reshape(values.length()));
        });
    }

    /** The averages, while the weights are the trained ones. */
    Map<Weight, INDArray> arrays() {
        return others;
    }

    /** Exchanges weights and averages, unless it is as asked for. */
    void use(boolean wanted) {
        if (used == wanted) {
            return;
        }
        others.forEach((weight, other) -> weight.graph().changing(() -> {
            INDArray values = weight.variable().getArr();
            try (INDArray kept = values.dup()) {
                values.assign(other);
                other.assign(kept);
            }
            weight.graph().weightsChanged();
            return null;
        }));
        used = wanted;
    }
}
