package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.ops.QueriesKeysValuesOp.Projected;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class QueriesKeysValuesOpTest {
    private static final int ROWS = 5;
    private static final int WIDTH = 3;

    @Test
    void multipliesTheSameRowsByThreeKernels() {
        try (SmallGraph small = new SmallGraph()) {
            Projected projected = new QueriesKeysValuesOp(weights(small)).projected();
            SDVariable output = projected
                    .query()
                    .add(projected.key().mul(2))
                    .add(projected.value().mul(projected.value()));
            small.assertFollows(
                    values -> {
                        double[] query = dense(values[0], values[1], values[2]);
                        double[] key = dense(values[0], values[3], values[4]);
                        double[] value = dense(values[0], values[5], values[6]);
                        return IntStream.range(0, ROWS * WIDTH)
                                .mapToDouble(i -> query[i] + 2 * key[i] + value[i] * value[i])
                                .toArray();
                    },
                    output,
                    1e-5);
        }
    }

    @Test
    void hasNoGradientsOfWhatTheLossDoesNotRead() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable[] weights = weights(small);
            SDVariable key = new QueriesKeysValuesOp(weights).projected().key();
            SDVariable alone = new DenseOp(weights[0], weights[3], weights[4]).output();
            Map<SDVariable, SDVariable> actual = Gradients.of(key.mul(key).sum(), List.of(weights));
            Map<SDVariable, SDVariable> expected = Gradients.of(alone.mul(alone).sum(), List.of(weights));
            assertEquals(expected.keySet(), actual.keySet());
            expected.forEach((weight, gradient) ->
                    assertArrayEquals(small.run(gradient), small.run(actual.get(weight)), weight.name()));
        }
    }

    private static SDVariable[] weights(SmallGraph small) {
        return new SDVariable[] {
            small.variable("x", ROWS, WIDTH),
            small.variable("queryKernel", WIDTH, WIDTH),
            small.variable("queryBias", WIDTH),
            small.variable("keyKernel", WIDTH, WIDTH),
            small.variable("keyBias", WIDTH),
            small.variable("valueKernel", WIDTH, WIDTH),
            small.variable("valueBias", WIDTH)
        };
    }

    private static double[] dense(double[] x, double[] kernel, double[] bias) {
        double[] y = new double[ROWS * WIDTH];
        for (int i = 0; i < y.length; i++) {
            y[i] = bias[i % WIDTH];
            for (int k = 0; k < WIDTH; k++) {
                y[i] += x[i / WIDTH * WIDTH + k] * kernel[k * WIDTH + i % WIDTH];
            }
        }
        return y;
    }
}
