package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class LayerNormOpTest {
    private static final double EPSILON = 1e-3;

    @Test
    void normalizesRows() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new LayerNormOp(
                            (float) EPSILON,
                            small.variable("x", 2, 3, 5),
                            small.variable("gamma", 5),
                            small.variable("beta", 5))
                    .output();
            assertArrayEquals(new long[] {2, 3, 5}, small.shape(output));
            small.assertFollows(values -> normalize(values[0], values[1], values[2]), output, 2e-6);
        }
    }

    @Test
    void normalizesTheSumWithAResidual() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = residual(small, 0.5f);
            small.assertFollows(
                    values -> normalize(sum(values[0], values[1], null), values[2], values[3]), output, 2e-6);
        }
    }

    @Test
    void dropsTheSameElementsForwardAndBackward() {
        Step step = new Step(true, 5, 11);
        float[] mask = new float[4 * 6];
        Arrays.fill(mask, 1);
        step.mask(3, 0.5f).apply(mask, mask.length, 0);
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = residual(small, 0.5f);
            small.assertFollows(
                    values -> normalize(sum(values[0], values[1], mask), values[2], values[3]), output, step, 2e-6);
        }
    }

    @Test
    void givesEachVariableItsGradientAlone() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 3, 4);
            SDVariable gamma = small.variable("gamma", 4);
            SDVariable beta = small.variable("beta", 4);
            SDVariable output = new LayerNormOp((float) EPSILON, x, gamma, beta).output();
            SDVariable loss = output.mul(output).sum();
            Map<SDVariable, SDVariable> all = Gradients.of(loss, List.of(x, gamma, beta));
            for (SDVariable variable : List.of(x, gamma, beta)) {
                SDVariable alone = Gradients.of(loss, List.of(variable)).get(variable);
                assertArrayEquals(small.run(all.get(variable)), small.run(alone), variable.name());
            }
        }
    }

    /** Mean 0 and variance 1 to 1e-3: what is left of float32 next to a mean a thousand times the deviation. */
    @Test
    void keepsItsPrecisionNextToALargeMean() {
        double[] x = new double[64];
        for (int i = 0; i < x.length; i++) {
            x[i] = 1000 + i % 2;
        }
        try (SmallGraph small = new SmallGraph()) {
            double[] ones = new double[64];
            Arrays.fill(ones, 1);
            float[] y = small.run(new LayerNormOp(
                            1e-12f,
                            small.variable("x", x, 1, 64),
                            small.variable("gamma", ones, 64),
                            small.variable("beta", new double[64], 64))
                    .output());
            for (int i = 0; i < y.length; i++) {
                assertEquals(i % 2 == 0 ? -1 : 1, y[i], 1e-3);
            }
        }
    }

    private static SDVariable residual(SmallGraph small, float rate) {
        return new LayerNormOp(
                        (float) EPSILON,
                        rate,
                        3,
                        small.variable("x", 4, 6),
                        small.variable("residual", 4, 6),
                        small.variable("gamma", 6),
                        small.variable("beta", 6))
                .output();
    }

    private static double[] sum(double[] x, double[] residual, float[] mask) {
        double[] sum = new double[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = x[i] * (mask == null ? 1 : mask[i]) + residual[i];
        }
        return sum;
    }

    private static double[] normalize(double[] x, double[] gamma, double[] beta) {
        int width = gamma.length;
        double[] y = new double[x.length];
        for (int row = 0; row < x.length; row += width) {
            double mean = 0;
            for (int i = 0; i < width; i++) {
                mean += x[row + i] / width;
            }
            double variance = 0;
            for (int i = 0; i < width; i++) {
                variance += (x[row + i] - mean) * (x[row + i] - mean) / width;
            }
            for (int i = 0; i < width; i++) {
                y[row + i] = (x[row + i] - mean) / Math.sqrt(variance + EPSILON) * gamma[i] + beta[i];
            }
        }
        return y;
    }
}
