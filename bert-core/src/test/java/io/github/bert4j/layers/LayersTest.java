package io.github.bert4j.layers;

import static io.github.bert4j.layers.Layers.add;
import static io.github.bert4j.layers.Layers.average;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.gather;
import static io.github.bert4j.layers.Layers.lambda;
import static io.github.bert4j.layers.Layers.layerNormalization;
import static io.github.bert4j.layers.Layers.softmax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LayersTest {
    private final Graph graph = new Graph(42);
    private final Map<String, INDArray> inputs = new HashMap<>();

    @AfterEach
    void close() {
        graph.close();
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void denseMultipliesAddsAndActivates(Activation activation) {
        float[] values = {1, -2, 0.5f, 3, 0, -1};
        Tensor x = input("x", values, -1, 3);
        Dense layer = dense(2, activation);
        Tensor y = layer.apply(x);
        assertEquals(Shape.of(-1, 2), y.shape());
        Weight kernel = layer.weights().get(0);
        Weight bias = layer.weights().get(1);
        assertEquals("dense_1/kernel", kernel.name());
        assertEquals("dense_1/bias", bias.name());
        float[] k = {0.5f, -1, 0.25f, 2, 1, -0.5f};
        kernel.assign(k);
        bias.assign(new float[] {0.1f, -0.2f});
        double[] expected = new double[4];
        double[] product = new double[4];
        for (int i = 0; i < 4; i++) {
            int row = i / 2;
            int column = i % 2;
            product[i] = column == 0 ? 0.1 : -0.2;
            for (int j = 0; j < 3; j++) {
                product[i] += values[row * 3 + j] * k[j * 2 + column];
            }
        }
        for (int i = 0; i < 4; i++) {
            expected[i] = activate(activation, product, i);
        }
        assertValues(expected, y);

        // The gradient of Σ c·y in the bias, by central differences.
        SDVariable factors = graph.sameDiff().constant(Nd4j.createFromArray(new float[][] {{1, 2}, {-3, 0.5f}}));
        SDVariable loss = y.variable().mul(factors).sum();
        SDVariable gradient = Gradients.of(loss, List.of(bias.variable())).get(bias.variable());
        double[] c = {1, 2, -3, 0.5};
        for (int column = 0; column < 2; column++) {
            double difference = 0;
            for (int sign = -1; sign <= 1; sign += 2) {
                double[] moved = product.clone();
                moved[column] += sign * 1e-5;
                moved[2 + column] += sign * 1e-5;
                for (int i = 0; i < 4; i++) {
                    difference += sign * c[i] * activate(activation, moved, i);
                }
            }
            assertEquals(difference / 2e-5, run(gradient)[column], 2e-5);
        }
    }

    @Test
    void denseKeepsTheLogitsOfItsProbabilities() {
        Tensor x = input("x", new float[6], -1, 3);
        assertTrue(
                dense(2, Activation.SIGMOID).apply(x).logits(Squashing.SIGMOID).isPresent());
        assertTrue(
                dense(2, Activation.SOFTMAX).apply(x).logits(Squashing.SOFTMAX).isPresent());
        assertTrue(
                dense(2, Activation.SIGMOID).apply(x).logits(Squashing.SOFTMAX).isEmpty());
        assertTrue(dense(2).apply(x).logits(Squashing.SIGMOID).isEmpty());
    }

    @Test
    void denseWithoutBiasHasAKernelOnly() {
        Dense layer = new Dense(2, Activation.LINEAR, Dense.Bias.NO);
        Tensor y = layer.apply(input("x", new float[] {1, 2, 3, 4}, -1, 2, 2));
        layer.weights().get(0).assign(new float[] {1, 10, 100, 1000});
        assertEquals(1, layer.weights().size());
        assertEquals(Shape.of(-1, 2, 2), y.shape());
        assertValues(new double[] {201, 2010, 403, 4030}, y);
    }

    @Test
    void denseRefusesWhatItCannotMultiply() {
        assertThrows(IllegalArgumentException.class, () -> dense(0));
        Tensor unknown = graph.floats("unknown", -1, -1);
        Dense layer = dense(2);
        assertThrows(IllegalArgumentException.class, () -> layer.apply(unknown));
        layer.apply(graph.floats("x", -1, 3));
        Tensor wider = graph.floats("wider", -1, 4);
        String message = assertThrows(IllegalArgumentException.class, () -> layer.apply(wider))
                .getMessage();
        assertTrue(message.contains("multiplies vectors of 3 numbers, but was given wider (None, 4)"), message);
        assertThrows(IllegalArgumentException.class, () -> layer.apply(wider, wider));
    }

    @Test
    void embeddingLooksUpVectors() {
        Tensor ids = graph.ids("ids");
        inputs.put("ids", Nd4j.createFromArray(new int[][] {{2, 0}, {1, 2}}));
        Embedding layer = embedding(3, 2);
        Tensor y = layer.apply(ids);
        layer.weights().get(0).assign(new float[] {1, 2, 3, 4, 5, 6});
        assertEquals(Shape.of(-1, -1, 2), y.shape());
        assertValues(new double[] {5, 6, 1, 2, 3, 4, 5, 6}, y);
    }

    @Test
    void layerNormalizationStartsAsMeanZeroAndDeviationOne() {
        LayerNormalization layer = layerNormalization();
        Tensor y = layer.apply(input("x", new float[] {1, 3, -2, 6}, -1, 2));
        assertEquals(Shape.of(-1, 2), y.shape());
        assertValues(new double[] {-1, 1, -1, 1}, y);
        layer.weights().get(0).assign(new float[] {2, 3});
        layer.weights().get(1).assign(new float[] {10, 20});
        assertValues(new double[] {8, 23, 8, 23}, y);
        assertThrows(IllegalArgumentException.class, () -> layerNormalization().apply(graph.floats("u", -1, -1)));
    }

    @Test
    void dropoutActsInTrainingOnly() {
        float[] ones = new float[1000];
        Arrays.fill(ones, 1);
        Tensor y = dropout(0.25).apply(input("x", ones, -1, 10));
        assertEquals(Shape.of(-1, 10), y.shape());
        assertArrayEquals(ones, run(y.variable()));
        float[] training;
        try (Results results = graph.run(plan(y.variable()), inputs, new Step(true, graph.seed(), 0))) {
            training = results.floats(y.variable());
        }
        int kept = 0;
        for (float value : training) {
            assertTrue(value == 0 || Math.abs(value - 4 / 3.0) < 1e-6, "value " + value);
            kept += value == 0 ? 0 : 1;
        }
        assertEquals(750, kept, 55);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void dropoutRefusesRatesThatAreNoFraction(double rate) {
        assertThrows(IllegalArgumentException.class, () -> dropout(rate));
    }

    @Test
    void gatherTakesPositions() {
        Tensor x = input("x", new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, -1, -1, 2);
        inputs.put("x", inputs.get("x").reshape(2, 3, 2));
        Tensor positions = graph.ints("positions", -1, 2);
        inputs.put("positions", Nd4j.createFromArray(new int[][] {{2, 0}, {1, 1}}));
        Tensor y = gather().apply(x, positions);
        assertEquals(Shape.of(-1, 2, 2), y.shape());
        assertValues(new double[] {5, 6, 1, 2, 9, 10, 9, 10}, y);
        assertEquals(Shape.of(-1, 2), x.at(1).shape());
        assertValues(new double[] {3, 4, 9, 10}, x.at(1));
        assertThrows(IllegalArgumentException.class, () -> gather().apply(positions, x));
        assertThrows(IllegalArgumentException.class, () -> positions.at(0));
        assertThrows(IllegalArgumentException.class, () -> x.at(-1));
    }

    /** [batch, length, 2] and [batch, 1, 2]: the second is repeated, so its gradient is a sum over the length. */
    @Test
    void addAndAverageBroadcastAndDifferentiate() {
        Weight sequence = graph.weight("sequence", Shape.of(2, 3, 2));
        Weight single = graph.weight("single", Shape.of(2, 1, 2));
        sequence.assign(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        single.assign(new float[] {100, 200, 300, 400});
        double[] sums = {101, 202, 103, 204, 105, 206, 307, 408, 309, 410, 311, 412};
        Tensor a = Tensor.of(graph, sequence.variable(), sequence.shape());
        Tensor b = Tensor.of(graph, single.variable(), single.shape());
        double[] means = new double[12];
        for (int i = 0; i < 12; i++) {
            means[i] = sums[i] / 2;
        }
        float[] factors = {1, -2, 3, 4, 5, 0, 7, 8, -9, 10, 11, 12};
        float[] ofSingle = {9, 2, 9, 30};
        check(add().apply(a, b), sums, sequence, single, factors, ofSingle, 1);
        check(add().apply(b, a), sums, sequence, single, factors, ofSingle, 1);
        check(average().apply(a, b), means, sequence, single, factors, ofSingle, 0.5f);
        check(average().apply(b, a), means, sequence, single, factors, ofSingle, 0.5f);
        assertThrows(IllegalArgumentException.class, () -> add().apply(a, graph.floats("c", 2, 3, 4)));
    }

    @Test
    void addSumsThreeTensorsAndAverageDividesByTheirNumber() {
        Tensor x = input("x", new float[] {3, 6}, -1, 2);
        Tensor y = input("y", new float[] {30, 60}, -1, 2);
        Tensor z = input("z", new float[] {300, 600}, -1, 2);
        assertValues(new double[] {333, 666}, add().apply(x, y, z));
        assertValues(new double[] {111, 222}, average().apply(x, y, z));
        assertValues(new double[] {3, 6}, add().apply(x));
        assertValues(new double[] {3, 6}, average().apply(x));
    }

    @Test
    void lambdaComputesAnyExpression() {
        Tensor x = input("x", new float[] {1, 2, 3, 4}, -1, 2);
        Tensor y = lambda((SDVariable a) -> a.mul(10)).apply(x);
        assertValues(new double[] {10, 20, 30, 40}, y);
        assertValues(
                new double[] {9, 18, 27, 36},
                lambda((SDVariable a, SDVariable b) -> a.sub(b)).apply(y, x));
    }

    @Test
    void softmaxSumsToOneOverTheLastAxisAndKeepsItsLogits() {
        Tensor x = input("x", new float[] {0, 1, 2, -1e10f, 5, 5}, -1, 3);
        Tensor p = softmax().apply(x);
        double sum = 1 + Math.E + Math.exp(2);
        assertValues(new double[] {1 / sum, Math.E / sum, Math.exp(2) / sum, 0, 0.5, 0.5}, p);
        assertEquals(x, p.logits(Squashing.SOFTMAX).orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> softmax().apply(x, x));
    }

    @Test
    void namesTheActivationOfAGelu() {
        assertEquals(Activation.GELU, Activation.of(Gelu.ERF));
        assertEquals(Activation.GELU_TANH, Activation.of(Gelu.TANH));
    }

    private void check(
            Tensor result,
            double[] expected,
            Weight sequence,
            Weight single,
            float[] factors,
            float[] ofSingle,
            float scale) {
        assertEquals(Shape.of(2, 3, 2), result.shape());
        assertValues(expected, result);
        SDVariable constant =
                graph.sameDiff().constant(Nd4j.createFromArray(factors).reshape(2, 3, 2));
        SDVariable loss = result.variable().mul(constant).sum();
        Map<SDVariable, SDVariable> gradients = Gradients.of(loss, List.of(sequence.variable(), single.variable()));
        assertArrayEquals(scaled(factors, scale), run(gradients.get(sequence.variable())), 1e-6f);
        assertArrayEquals(scaled(ofSingle, scale), run(gradients.get(single.variable())), 1e-6f);
    }

    private static float[] scaled(float[] values, float scale) {
        float[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= scale;
        }
        return scaled;
    }

    private static double activate(Activation activation, double[] rows, int index) {
        double x = rows[index];
        return switch (activation) {
            case LINEAR -> x;
            case RELU -> Math.max(x, 0);
            case TANH -> Math.tanh(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case SOFTMAX -> Math.exp(x) / (Math.exp(x) + Math.exp(rows[index ^ 1]));
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU -> x * normal(x);
        };
    }

    /** Φ(x) by its series, Abramowitz and Stegun 26.2.10. */
    private static double normal(double x) {
        double sum = 0;
        double term = x;
        for (int n = 0; n < 100; n++) {
            sum += term / (2 * n + 1);
            term *= -x * x / (2 * (n + 1));
        }
        return 0.5 + sum / Math.sqrt(2 * Math.PI);
    }

    private Tensor input(String name, float[] values, long... shape) {
        long[] sizes = shape.clone();
        long rest = 1;
        for (int i = 1; i < sizes.length; i++) {
            sizes[i] = sizes[i] < 0 ? 1 : sizes[i];
            rest *= sizes[i];
        }
        sizes[0] = values.length / rest;
        inputs.put(name, Nd4j.createFromArray(values).reshape(sizes));
        return graph.floats(name, shape);
    }

    private Plan plan(SDVariable output) {
        return Plan.of(graph.sameDiff(), List.of(output));
    }

    private float[] run(SDVariable output) {
        try (Results results = graph.run(plan(output), inputs, Step.inference())) {
            return results.floats(output);
        }
    }

    private void assertValues(double[] expected, Tensor tensor) {
        float[] actual = run(tensor.variable());
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 2e-6 * Math.max(1, Math.abs(expected[i])), "[" + i + "]");
        }
    }
}
