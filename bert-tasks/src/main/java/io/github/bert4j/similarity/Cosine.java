package io.github.bert4j.similarity;

import static io.github.bert4j.layers.Layers.lambda;

import io.github.bert4j.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;

/** The cosine of the angle between two vectors: 1 for the same direction, 0 for none in common, -1 for the opposite. */
public final class Cosine {
    /** Keeps the gradient finite where a vector is 0. */
    private static final double LEAST_SQUARE = 1e-12;

    private Cosine() {}

    /**
     * Added up in doubles.
     *
     * @return NaN if one of the vectors is 0 throughout
     * @throws IllegalArgumentException if the vectors are of different size
     */
    public static double of(float[] a, float[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    /**
     * As a layer, for models that learn: two tensors of vectors, [batch, size] each.
     *
     * @return [batch]
     */
    public static Tensor of(Tensor u, Tensor v) {
        return lambda((a, b) -> {
                    SDVariable squares = product(a, a).mul(product(b, b)).add(LEAST_SQUARE);
                    return product(a, b).div(a.getSameDiff().math().sqrt(squares));
                })
                .apply(u, v);
    }

    /**
     * Of every vector of the one with every vector of the other: [n, size], [m, size] → [n, m]; 0 where one of them is 0.
     */
    public static Tensor matrix(Tensor u, Tensor v) {
        return u.unit().matmul(v.unit().transpose(1, 0));
    }

    private static SDVariable product(SDVariable a, SDVariable b) {
        return a.mul(b).sum(1);
    }

    static double dot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "Vectors of %d and of %d numbers: expected vectors of one model".formatted(a.length, b.length));
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
