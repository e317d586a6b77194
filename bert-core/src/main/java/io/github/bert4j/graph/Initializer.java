package io.github.bert4j.graph;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The values a new weight starts with. */
@FunctionalInterface
public interface Initializer {
    /** Fills row-major values of a weight. */
    void fill(float[] values, Shape shape, SplittableRandom random);

    /** All 0. */
    static Initializer zeros() {
        return (values, shape, random) -> Arrays.fill(values, 0);
    }

    /** All 1. */
    static Initializer ones() {
        return (values, shape, random) -> Arrays.fill(values, 1);
    }

    /**
     * Uniform within ±√(6 / (in + out)), Keras' default for kernels [in, out].
     *
     * <p>Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks".
     */
    static Initializer glorotUniform() {
        return (values, shape, random) -> {
            double limit = Math.sqrt(6.0 / (shape.size(0) + shape.size(-1)));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
            }
        };
    }

    /**
     * Normal with what lies more than two deviations out drawn again: {@code create_initializer} of google-research/bert.
     */
    static Initializer truncatedNormal(double deviation) {
        return (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                double value;
                do {
                    value = gaussian(random);
                } while (Math.abs(value) > 2);
                values[i] = (float) (value * deviation);
            }
        };
    }

    /** Box and Muller's transform. */
    private static double gaussian(SplittableRandom random) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        return radius * Math.cos(2 * Math.PI * random.nextDouble());
    }
}
