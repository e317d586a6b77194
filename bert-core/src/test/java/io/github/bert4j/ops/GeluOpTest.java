package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.kernels.Gelu;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class GeluOpTest {

    @Test
    void computesTheTanhFormulaAndItsDerivative() {
        check(Gelu.TANH, x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
    }

    @Test
    void computesTheErfFormulaAndItsDerivative() {
        check(Gelu.ERF, x -> 0.5 * x * (1 + erf(x / Math.sqrt(2))));
    }

    /** Φ(1) = 0.841344746, from tables of the normal distribution. */
    @Test
    void isTheNormalDistributionAtOne() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", new double[] {1, -1, 0}, 3);
            float[] y = small.run(new GeluOp(Gelu.ERF, x).output());
            assertEquals(0.841344746, y[0], 1e-6);
            assertEquals(-0.158655254, y[1], 1e-6);
            assertEquals(0, y[2]);
        }
    }

    private static void check(Gelu gelu, DoubleUnaryOperator formula) {
        double[] points = new double[81];
        for (int i = 0; i < points.length; i++) {
            points[i] = -10 + 0.25 * i;
        }
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new GeluOp(gelu, small.variable("x", points, 27, 3)).output();
            small.assertFollows(values -> Arrays.stream(values[0]).map(formula).toArray(), output, 1e-6);
        }
    }

    /** Abramowitz and Stegun 7.1.5 near 0; far out the continued fraction 7.1.14. */
    private static double erf(double x) {
        double square = x * x;
        if (Math.abs(x) < 3) {
            double sum = 0;
            double term = x;
            for (int n = 0; n < 100; n++) {
                sum += term / (2 * n + 1);
                term *= -square / (n + 1);
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = 0;
        for (int n = 60; n > 0; n--) {
            fraction = n / 2.0 / (Math.abs(x) + fraction);
        }
        double tail = Math.exp(-square) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction);
        return Math.signum(x) * (1 - tail);
    }
}
