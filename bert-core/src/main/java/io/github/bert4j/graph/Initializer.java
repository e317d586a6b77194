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

    /**
     * Rows or columns of length 1 at right angles, Keras' default for what a state is multiplied by: Gram and Schmidt's way,
     * on normal numbers.
     *
     * <p>Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks".
     */
    static Initializer orthogonal() {
        return (values, shape, random) -> {
            int rows = Math.toIntExact(shape.size(0));
            int columns = values.length / rows;
            boolean wide = rows <= columns;
            int count = Math.min(rows, columns);
            int size = Math.max(rows, columns);
            double[][] vectors = new double[count][size];
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < size; j++) {
                    vectors[i][j] = gaussian(random);
                }
                for (int earlier = 0; earlier < i; earlier++) {
                    double along = dot(vectors[i], vectors[earlier]);
                    for (int j = 0; j < size; j++) {
                        vectors[i][j] -= along * vectors[earlier][j];
                    }
                }
                double norm = Math.sqrt(dot(vectors[i], vectors[i]));
                for (int j = 0; j < size; j++) {
                    vectors[i][j] /= norm;
                    values[wide ? i * columns + j : j * columns + i] = (float) vectors[i][j];
                }
            }
        };
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Box and Muller's transform. */
    private static double gaussian(SplittableRandom random) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        return radius * Math.cos(2 * Math.PI * random.nextDouble());
    }
}
