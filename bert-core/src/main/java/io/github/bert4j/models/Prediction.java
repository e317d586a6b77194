package io.github.bert4j.models;

import io.github.bert4j.data.FloatValues;
import java.util.List;

/**
 * What a model says about one row.
 *
 * @param outputs one per output of the model, without the batch axis and without what belongs to padding
 */
public record Prediction(List<FloatValues> outputs) {

    /**
     * One output.
     *
     * @throws IndexOutOfBoundsException if the model has fewer
     */
    public FloatValues output(int index) {
        return outputs.get(index);
    }

    /** The first number of the first output: the probability, where there is just one. */
    public float value() {
        return outputs.get(0).values()[0];
    }
}
