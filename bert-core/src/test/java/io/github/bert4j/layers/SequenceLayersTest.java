package io.github.bert4j.layers;

import static io.github.bert4j.layers.Layers.averagePooling;
import static io.github.bert4j.layers.Layers.bidirectional;
import static io.github.bert4j.layers.Layers.concatenate;
import static io.github.bert4j.layers.Layers.conv1D;
import static io.github.bert4j.layers.Layers.cosine;
import static io.github.bert4j.layers.Layers.dot;
import static io.github.bert4j.layers.Layers.gru;
import static io.github.bert4j.layers.Layers.lstm;
import static io.github.bert4j.layers.Layers.mask;
import static io.github.bert4j.layers.Layers.maxPooling;
import static io.github.bert4j.layers.Layers.multiply;
import static io.github.bert4j.layers.Layers.padding;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.NumericGradient;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

class SequenceLayersTest {
    private static final int WIDTH = 3;

    private final Graph graph = new Graph(7);

    @AfterEach
    void close() {
        graph.close();
    }

    static Stream<Arguments> layers() {
        return Map.<String, Supplier<Layer>>of(
                        "lstm", () -> lstm(2),
                        "lstm, sequences", () -> lstm(2).withSequences(),
                        "lstm, backwards", () -> lstm(2).withBackwards(),
                        "gru", () -> gru(2),
                        "gru, sequences, backwards",
                                () -> gru(2).withSequences().withBackwards(),
                        "bidirectional lstm", () -> bidirectional(lstm(2).withSequences()),
                        "bidirectional gru", () -> bidirectional(gru(2)),
                        "conv1D", () -> conv1D(2, 3, Activation.TANH),
                        "averagePooling", Layers::averagePooling,
                        "maxPooling", Layers::maxPooling)
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void hasTheGradientsOfItsValues(String name, Supplier<Layer> layer) {
        Tensor tokens = graph.ids("tokens");
        Weight weight = graph.weight("x", Shape.of(2, 4, WIDTH), Initializer.truncatedNormal(1));
        Tensor x = Tensor.of(graph, weight.variable(), Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, WIDTH));
        Tensor y = layer.get().apply(x, tokens);
        randomize();
        new NumericGradient(graph)
                .with(tokens, Nd4j.createFromArray(new int[][] {{1, 1, 1, 1}, {1, 1, 0, 0}}))
                .check(y, 5e-3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void givesATextAloneWhatItGivesItInABatch(String name, Supplier<Layer> layer) {
        Tensor tokens = graph.ids("tokens");
        Tensor x = graph.floats("x", Shape.UNKNOWN, Shape.UNKNOWN, WIDTH);
        Tensor y = layer.get().apply(x, tokens);
        randomize();
        Random random = new Random(3);
        float[] text = new float[2 * WIDTH];
        for (int i = 0; i < text.length; i++) {
            text[i] = (float) random.nextGaussian();
        }
        float[] alone = new NumericGradient(graph)
                .with(tokens, Nd4j.createFromArray(new int[][] {{1, 1}}))
                .with(x, Nd4j.createFromArray(text).reshape(1, 2, WIDTH))
                .values(y);
        float[] padded = new float[2 * 5 * WIDTH];
        Arrays.fill(padded, 9); // what is at padding must not count
        System.arraycopy(text, 0, padded, 0, text.length);
        float[] together = new NumericGradient(graph)
                .with(tokens, Nd4j.createFromArray(new int[][] {{1, 1, 0, 0, 0}, {1, 1, 1, 1, 1}}))
                .with(x, Nd4j.createFromArray(padded).reshape(2, 5, WIDTH))
                .values(y);
        assertArrayEquals(alone, Arrays.copyOf(together, alone.length), 1e-6f);
        if (y.shape().rank() == 3) {
            int width = (int) y.shape().size(2);
            for (int i = 2 * width; i < 5 * width; i++) {
                assertEquals(0, together[i], 1e-30f);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void wantsToKnowWhatIsPaddingWhereThereMayBeAny(String name, Supplier<Layer> layer) {
        Tensor padded = graph.floats("padded", Shape.UNKNOWN, Shape.UNKNOWN, WIDTH);
        Tensor whole = graph.floats("whole", Shape.UNKNOWN, 4, WIDTH);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> layer.get().apply(padded))
                .getMessage();
        assertTrue(message.contains("expected apply(x, tokens)"), message);
        assertEquals(Shape.UNKNOWN, layer.get().apply(whole).shape().size(0));
        Layer twice = layer.get();
        twice.apply(whole);
        assertEquals(twice.weights(), twice.weights());
        twice.apply(whole);
    }

    @Test
    void poolsRealVectorsOnly() {
        Tensor tokens = graph.ids("tokens");
        Tensor x = graph.floats("x", Shape.UNKNOWN, Shape.UNKNOWN, 2);
        Tensor mean = averagePooling().apply(x, tokens);
        Tensor max = maxPooling().apply(x, tokens);
        var run = new NumericGradient(graph)
                .with(tokens, Nd4j.createFromArray(new int[][] {{5, 5, 0}, {0, 0, 0}}))
                .with(
                        x,
                        Nd4j.createFromArray(new float[] {1, -4, 3, -2, 9, 9, 9, 9, 9, 9, 9, 9})
                                .reshape(2, 3, 2));
        assertArrayEquals(new float[] {2, -3, 0, 0}, run.values(mean));
        assertArrayEquals(new float[] {3, -2}, Arrays.copyOf(run.values(max), 2));
        assertArrayEquals(new float[] {1, 1, 0, 0, 0, 0}, run.values(mask(tokens)));
        assertArrayEquals(new float[] {0, 0, 1, 1, 1, 1}, run.values(padding(tokens)));
    }

    @Test
    void convolvesWhatIsAround() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 4, 1);
        Conv1D layer = conv1D(1, 3, Activation.LINEAR);
        Tensor y = layer.apply(x);
        layer.weights().get(0).assign(new float[] {100, 10, 1});
        layer.weights().get(1).assign(new float[] {0.5f});
        float[] values = new NumericGradient(graph)
                .with(x, Nd4j.createFromArray(new float[] {1, 2, 3, 4}).reshape(1, 4, 1))
                .values(y);
        assertArrayEquals(new float[] {12.5f, 123.5f, 234.5f, 340.5f}, values);
    }

    @Test
    void mergesTensors() {
        Tensor a = graph.floats("a", Shape.UNKNOWN, 2);
        Tensor b = graph.floats("b", Shape.UNKNOWN, 2);
        var run = new NumericGradient(graph)
                .with(a, Nd4j.createFromArray(new float[] {3, 4}).reshape(1, 2))
                .with(b, Nd4j.createFromArray(new float[] {4, 3}).reshape(1, 2));
        Tensor both = concatenate().apply(a, b);
        assertEquals(Shape.of(-1, 4), both.shape());
        assertArrayEquals(new float[] {3, 4, 4, 3}, run.values(both));
        assertArrayEquals(new float[] {12, 12}, run.values(multiply().apply(a, b)));
        assertEquals(Shape.of(-1, 1), dot().apply(a, b).shape());
        assertArrayEquals(new float[] {24}, run.values(dot().apply(a, b)));
        assertArrayEquals(new float[] {0.96f}, run.values(cosine().apply(a, b)), 1e-6f);
    }

    private void randomize() {
        Random random = new Random(11);
        for (Weight weight : graph.weights()) {
            float[] values = weight.values();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * 0.7f;
            }
            weight.assign(values);
        }
    }
}
