package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;

class DenseOpTest {

    @ParameterizedTest
    @CsvSource({
        "IN_OUT, true, 4, 3, 5",
        "OUT_IN, true, 4, 3, 5",
        "IN_OUT, false, 4, 3, 5",
        "OUT_IN, false, 4, 3, 5",
        "IN_OUT, true, 1, 3, 5",
        "IN_OUT, true, 4, 1, 5",
        "IN_OUT, true, 4, 3, 1",
        "OUT_IN, true, 4, 3, 1",
        "OUT_IN, true, 1, 1, 1"
    })
    void multipliesMatrices(KernelLayout layout, boolean bias, int rows, int in, int out) {
        check(layout, bias, in, out, rows, in);
    }

    @ParameterizedTest
    @CsvSource({"IN_OUT, true", "OUT_IN, true", "IN_OUT, false", "OUT_IN, false"})
    void multipliesTheLastAxisOfHigherRanks(KernelLayout layout, boolean bias) {
        check(layout, bias, 3, 5, 2, 4, 3);
        check(layout, bias, 3, 5, 2, 1, 2, 3);
    }

    private static void check(KernelLayout layout, boolean bias, int in, int out, long... shape) {
        boolean plain = layout == KernelLayout.IN_OUT;
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", shape);
            SDVariable kernel = plain ? small.variable("kernel", in, out) : small.variable("kernel", out, in);
            SDVariable output = bias
                    ? new DenseOp(layout, x, kernel, small.variable("bias", out)).output()
                    : new DenseOp(layout, x, kernel).output();
            assertArrayEquals(GraphOp.withLast(shape, out), small.shape(output));
            small.assertFollows(
                    values -> {
                        int rows = values[0].length / in;
                        double[] y = new double[rows * out];
                        for (int i = 0; i < rows; i++) {
                            for (int j = 0; j < out; j++) {
                                double sum = bias ? values[2][j] : 0;
                                for (int k = 0; k < in; k++) {
                                    sum += values[0][i * in + k] * values[1][plain ? k * out + j : j * in + k];
                                }
                                y[i * out + j] = sum;
                            }
                        }
                        return y;
                    },
                    output,
                    2e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(Gelu.class)
    void takesTheGeluOfTheProduct(Gelu gelu) {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 4, 3);
            SDVariable kernel = small.variable("kernel", 3, 5);
            SDVariable bias = small.variable("bias", 5);
            SDVariable fused = new DenseOp(gelu, x, kernel, bias).output();
            SDVariable apart = new GeluOp(gelu, new DenseOp(x, kernel, bias).output()).output();
            assertArrayEquals(small.run(apart), small.run(fused));
            List<SDVariable> weights = List.of(x, kernel, bias);
            Map<SDVariable, SDVariable> expected = Gradients.of(apart.mul(apart).sum(), weights);
            Map<SDVariable, SDVariable> actual = Gradients.of(fused.mul(fused).sum(), weights);
            for (SDVariable weight : weights) {
                assertArrayEquals(small.run(expected.get(weight)), small.run(actual.get(weight)), weight.name());
            }
        }
    }
}
