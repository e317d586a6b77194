package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Tensor.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

class AlgebraTest {
    private static final float[] A = {1, -2, 3, 0.5f, -1.5f, 2, 2.5f, -0.5f, 1.5f, -1, 0.25f, 4};
    private static final float[] B = {2, 0.5f, -1, 1.25f};

    private final Graph graph = new Graph(7);

    @AfterEach
    void close() {
        graph.close();
    }

    /** Each of a [2, 3, 2], made of an unknown batch, with the values that it should give. */
    static Stream<Arguments> expressions() {
        return Map.<String, Function<Tensor, Tensor>>ofEntries(
                        Map.entry("plus", x -> x.plus(x.slice(1, 0, 1))),
                        Map.entry("minus", x -> x.minus(x.slice(2, 1, 2))),
                        Map.entry("times", x -> x.times(x.sum(2).expandDims(2))),
                        Map.entry("divide", x -> x.divide(x.square().plus(1))),
                        Map.entry(
                                "numbers",
                                x -> x.plus(2).minus(0.5).times(3).divide(2).negate()),
                        Map.entry("sum", x -> x.sum(1)),
                        Map.entry("mean", x -> x.mean(-1)),
                        Map.entry("max", x -> x.max(1)),
                        Map.entry("all", x -> x.sum().plus(x.mean()).expandDims(0)),
                        Map.entry("cumulativeSum", x -> x.cumulativeSum(1)),
                        Map.entry("squeeze", x -> x.slice(1, 1, 2).squeeze(1)),
                        Map.entry("reshape", x -> x.reshape(Shape.UNKNOWN, 6)),
                        Map.entry("transpose", x -> x.transpose(2, 0, 1)),
                        Map.entry("slice", x -> x.slice(1, 1, 3)),
                        Map.entry("concat", x -> x.concat(1, x.times(2), x.slice(1, 0, 1))),
                        Map.entry("matmul", x -> x.matmul(x.transpose(0, 2, 1))),
                        Map.entry("softmax", Tensor::softmax),
                        Map.entry("sigmoid", Tensor::sigmoid),
                        Map.entry("tanh", Tensor::tanh),
                        Map.entry("exp", x -> x.exp()),
                        Map.entry("log", x -> x.square().plus(1).log()),
                        Map.entry("sqrt", x -> x.square().plus(1).sqrt()),
                        Map.entry("abs", Tensor::abs),
                        Map.entry("pow", x -> x.pow(3)),
                        Map.entry("relu", Tensor::relu),
                        Map.entry("where", x -> x.times(x.greaterThan(0))),
                        Map.entry("cosine", x -> x.cosine(x.plus(1))))
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("expressions")
    void hasTheGradientsOfItsExpressions(String name, Function<Tensor, Tensor> expression) {
        Tensor batch = graph.floats("batch", Shape.UNKNOWN, 1, 1);
        Weight weight = graph.weight("w", Shape.of(2, 3, 2), Initializer.zeros());
        weight.assign(A);
        Tensor x = Tensor.of(graph, weight.variable(), Shape.of(2, 3, 2)).times(batch); // [None, 3, 2]
        Tensor y = expression.apply(x);
        var numeric = new NumericGradient(graph).with(batch, Nd4j.ones(2, 1, 1));
        numeric.check(y, 5e-3);
        // What is known of the shape is so.
        long elements = y.shape().sizes().stream()
                .mapToLong(size -> size == Shape.UNKNOWN ? 2 : size)
                .reduce(1, (a, b) -> a * b);
        assertEquals(elements, numeric.values(y).length, y.toString());
    }

    @Test
    void computesWhatItSays() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 2);
        var run = new NumericGradient(graph).with(x, Nd4j.createFromArray(B).reshape(2, 2));
        assertArrayEquals(new float[] {4, 1, -2, 2.5f}, run.values(x.plus(x)));
        assertArrayEquals(new float[] {1.5f, 0, -1.5f, 0.75f}, run.values(x.minus(0.5)));
        assertArrayEquals(new float[] {4, 0.25f, 1, 1.5625f}, run.values(x.times(x)));
        assertArrayEquals(new float[] {1, 0.25f, -0.5f, 0.625f}, run.values(x.divide(2)));
        assertArrayEquals(new float[] {2.5f, 0.25f}, run.values(x.sum(1)));
        assertArrayEquals(new float[] {0.5f, 0.875f}, run.values(x.mean(0)));
        assertArrayEquals(new float[] {2, 1.25f}, run.values(x.max(-1)));
        assertArrayEquals(new float[] {2, -1, 0.5f, 1.25f}, run.values(x.transpose(1, 0)));
        assertArrayEquals(new float[] {0.5f, 1.25f}, run.values(x.slice(1, 1, 2)));
        assertArrayEquals(
                new float[] {5, 0.5f, -1, 1.25f}, run.values(x.plus(x.equalTo(2).times(3))));
        assertArrayEquals(new float[] {1, 0, 0, 1}, run.values(x.greaterThan(0.5)));
        assertArrayEquals(new float[] {1, 1, 0, 1}, run.values(x.greaterOrEqual(0.5)));
        assertArrayEquals(new float[] {0, 0, 1, 0}, run.values(x.lessThan(0.5)));
        assertArrayEquals(new float[] {0, 1, 1, 0}, run.values(x.lessOrEqual(0.5)));
        assertArrayEquals(new float[] {1, 0, 1, 1}, run.values(x.notEqualTo(0.5)));
        Tensor other = x.times(x.lessThan(1));
        assertArrayEquals(new float[] {1, 0, 0, 1}, run.values(x.greaterThan(other)));
        assertArrayEquals(new float[] {1, 1, 1, 1}, run.values(x.greaterOrEqual(other)));
        assertArrayEquals(new float[] {0, 0, 0, 0}, run.values(x.lessThan(other)));
        assertArrayEquals(new float[] {0, 1, 1, 0}, run.values(x.lessOrEqual(other)));
        assertArrayEquals(new float[] {0, 1, 1, 0}, run.values(x.equalTo(other)));
        assertArrayEquals(new float[] {1, 0, 0, 1}, run.values(x.notEqualTo(other)));
        assertArrayEquals(
                new float[] {2, 0, -1, 1}, run.values(x.cast(Type.INT32).cast(Type.FLOAT32)));
        assertArrayEquals(new float[] {4.25f, -1.375f, -1.375f, 2.5625f}, run.values(x.matmul(x.transpose(1, 0))));
        assertArrayEquals(new float[] {0, 0}, run.values(x.cosine(x.times(0))));
    }

    @Test
    void comparesIds() {
        Tensor ids = graph.ids("ids");
        Tensor first = graph.ints("first", Shape.UNKNOWN);
        var run = new NumericGradient(graph)
                .with(ids, Nd4j.createFromArray(new int[][] {{3, 0}, {0, 5}}))
                .with(first, Nd4j.createFromArray(new int[] {3, 4}));
        assertArrayEquals(new float[] {1, 0, 0, 1}, run.values(ids.notEqualTo(0)));
        assertArrayEquals(new float[] {1, 0, 0, 0}, run.values(ids.equalTo(first.expandDims(1))));
    }

    @Test
    void tellsWhatDoesNotFit() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 4, 2);
        for (Runnable wrong : Arrays.<Runnable>asList(
                () -> x.sum(3),
                () -> x.squeeze(1),
                () -> x.expandDims(5),
                () -> x.reshape(Shape.UNKNOWN, Shape.UNKNOWN),
                () -> x.transpose(0, 1),
                () -> x.slice(1, 2, 5),
                () -> x.slice(1, 2, 2),
                () -> x.concat(1, x.sum(1)),
                () -> x.concat(2, x.slice(1, 0, 2)),
                () -> x.matmul(x),
                () -> x.plus(x.slice(1, 0, 3)))) {
            String message =
                    assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
            assertTrue(message.contains("expected"), message);
        }
    }
}
