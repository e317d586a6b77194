package io.github.bert4j.similarity;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is done to a pooled vector before it is handed out. */
public enum Normalization {
    /** Nothing. */
    @JsonProperty("none")
    NONE,
    /** Divided by its length; dot products of such vectors are cosines. */
    @JsonProperty("l2")
    L2;

    float[] apply(float[] vector) {
        if (this == NONE) {
            return vector;
        }
        double length = Math.sqrt(Cosine.dot(vector, vector));
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
