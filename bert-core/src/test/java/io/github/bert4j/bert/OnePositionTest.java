package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.onednn.MachineKernels;
import io.github.bert4j.ops.GatherOp;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.tokenize.Vocabulary;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds {@code x.at(position)}, which computes a layer for that position alone, to the layer computed whole. */
class OnePositionTest {
    private static final int WIDTH = 8;
    private static final int LAYERS = 2;
    private static final BertConfig CONFIG = new BertConfig(20, WIDTH, LAYERS, 2, 16, 6, 2, 0.1, 0.1, 0.5, Gelu.TANH);

    /** Padded, full, all padding, a zero in the middle, starting with a zero, padded. Nobody has position 5. */
    private static final int[][] TOKENS = {
        {2, 5, 3, 0, 0, 0},
        {2, 7, 8, 9, 3, 0},
        {0, 0, 0, 0, 0, 0},
        {2, 6, 0, 4, 0, 0},
        {0, 6, 7, 0, 0, 0},
        {2, 3, 0, 0, 0, 0}
    };

    private static final int REAL_TOKENS = 15;

    static Stream<Arguments> kernelsAndPositions() {
        return IntStream.of(0, 2, 5)
                .boxed()
                .flatMap(position -> Stream.of(
                        Arguments.of(new PortableKernels(), position), Arguments.of(MachineKernels.open(), position)));
    }

    @ParameterizedTest
    @MethodSource("kernelsAndPositions")
    void equalsTheWholeLayerInItsOutputAndInEveryGradient(Kernels kernels, int position) {
        try (Graph graph = new Graph(1, kernels)) {
            Tensor x = bert(graph);
            SDVariable one = x.at(position).variable();
            SDVariable whole = new GatherOp(x.variable(), position).output();
            Map<SDVariable, SDVariable> expected = gradients(graph, whole);
            Map<SDVariable, SDVariable> actual = gradients(graph, one);
            assertEquals(expected.keySet(), actual.keySet());
            assertEquals(
                    graph.weights().stream().filter(OnePositionTest::isEncoder).count(), actual.size());

            float[] vectors = run(graph, List.of(one), Step.inference()).get(0);
            assertClose(run(graph, List.of(whole), Step.inference()).get(0), vectors, one.name());
            for (int sample = 0; sample < TOKENS.length; sample++) {
                boolean padding = TOKENS[sample][position] == 0;
                for (int i = 0; i < WIDTH; i++) {
                    assertEquals(padding, vectors[sample * WIDTH + i] == 0, "sample " + sample + " [" + i + "]");
                }
            }
            List<float[]> wanted = run(graph, List.copyOf(expected.values()), Step.inference());
            List<float[]> received = run(graph, List.copyOf(actual.values()), Step.inference());
            int index = 0;
            for (SDVariable weight : expected.keySet()) {
                assertClose(wanted.get(index), received.get(index), weight.name());
                index++;
            }
        }
    }

    @Test
    void equalsTheWholeLayerInEveryHiddenState() {
        try (Graph graph = new Graph(1)) {
            List<Tensor> states = Bert.random(graph, CONFIG, vocabulary()).hiddenStates(graph.ids("tokens"));
            for (Tensor state : states) {
                SDVariable whole = new GatherOp(state.variable(), 1).output();
                List<float[]> both = run(graph, List.of(whole, state.at(1).variable()), Step.inference());
                assertClose(both.get(0), both.get(1), state.name());
            }
        }
    }

    @Test
    void computesTheLastLayerForThatPositionAlone() {
        List<Long> rows = new ArrayList<>();
        try (Graph graph = new Graph(1, recording("dense", rows))) {
            Tensor x = bert(graph);
            run(graph, List.of(x.at(0).variable()), Step.inference());
            // Query, key, value, attention output, intermediate and output, of which the last layer's key and value
            // need all.
            assertRows(rows, 8, 4);
        }
    }

    @Test
    void goesBackThroughTheLastLayerForThatPositionAlone() {
        List<Long> rows = new ArrayList<>();
        try (Graph graph = new Graph(1, recording("denseKernelGradient", rows))) {
            Tensor x = bert(graph);
            run(graph, List.copyOf(gradients(graph, x.at(0).variable()).values()), Step.inference());
            assertRows(rows, 8, 4);
        }
    }

    @Test
    void sharesKeysAndValuesWithAModelThatReadsTheSequenceToo() {
        List<Long> rows = new ArrayList<>();
        try (Graph graph = new Graph(1, recording("dense", rows))) {
            Tensor x = bert(graph);
            run(graph, List.of(x.variable(), x.at(0).variable()), Step.inference());
            assertRows(rows, 12, 4);
        }
    }

    @Test
    void addsItsOperationsOnce() {
        try (Graph graph = new Graph(1)) {
            Tensor x = bert(graph);
            assertSame(x.at(0).variable(), x.at(0).variable());
        }
    }

    @Test
    void drawsTheSameDropoutAgainUnderTheSameSeedAndStep() {
        float[] first = trained(new Step(true, 4, 9));
        assertArrayEquals(first, trained(new Step(true, 4, 9)));
        assertFalse(Arrays.equals(first, trained(new Step(true, 4, 10))));
        assertFalse(Arrays.equals(first, trained(new Step(true, 5, 9))));
        assertFalse(Arrays.equals(first, trained(Step.inference())));
    }

    @Test
    void refusesAPositionOutsideOfTheBatch() {
        try (Graph graph = new Graph(1)) {
            SDVariable vectors = bert(graph).at(6).variable();
            String message = assertThrows(
                            IllegalArgumentException.class, () -> run(graph, List.of(vectors), Step.inference()))
                    .getMessage();
            assertEquals("Position 6 of sample 0 is outside of its sequence: expected 0 to 5", message);
        }
    }

    private static float[] trained(Step step) {
        try (Graph graph = new Graph(1)) {
            SDVariable vectors = bert(graph).at(0).variable();
            List<SDVariable> outputs = new ArrayList<>(gradients(graph, vectors).values());
            outputs.add(vectors);
            List<float[]> values = run(graph, outputs, step);
            float[] all =
                    new float[values.stream().mapToInt(array -> array.length).sum()];
            int next = 0;
            for (float[] array : values) {
                System.arraycopy(array, 0, all, next, array.length);
                next += array.length;
            }
            return all;
        }
    }

    private static void assertRows(List<Long> rows, int all, int onePerSequence) {
        List<Long> expected = new ArrayList<>(Collections.nCopies(onePerSequence, (long) TOKENS.length));
        expected.addAll(Collections.nCopies(all, (long) REAL_TOKENS));
        assertEquals(expected, rows.stream().sorted().toList());
    }

    /** Kernels that note how many rows the first argument of one method has. */
    private static Kernels recording(String method, List<Long> rows) {
        Kernels kernels = new PortableKernels();
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        int times = arguments[1] instanceof List<?> projections ? projections.size() : 1;
                        rows.addAll(Collections.nCopies(times, ((INDArray) arguments[0]).size(0)));
                    }
                    try {
                        return called.invoke(kernels, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Random weights everywhere, so that no gradient is 0 because a bias is. */
    private static Tensor bert(Graph graph) {
        Tensor x = Bert.random(graph, CONFIG, vocabulary()).apply(graph.ids("tokens"));
        Random random = new Random(3);
        for (Weight weight : graph.weights()) {
            float[] values = weight.values();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.3 * random.nextGaussian());
            }
            weight.assign(values);
        }
        return x;
    }

    private static Vocabulary vocabulary() {
        return Vocabulary.of(IntStream.range(0, 20).mapToObj(i -> "w" + i).toList());
    }

    private static boolean isEncoder(Weight weight) {
        return weight.name().startsWith("bert/") && !weight.name().startsWith(WeightTable.POOLER);
    }

    /** Of a combination of the vectors' elements with factors that differ. */
    private static Map<SDVariable, SDVariable> gradients(Graph graph, SDVariable vectors) {
        double[] factors =
                new Random(5).doubles((long) TOKENS.length * WIDTH, -1, 1).toArray();
        INDArray array =
                Nd4j.createFromArray(factors).castTo(vectors.dataType()).reshape(TOKENS.length, WIDTH);
        SDVariable loss = vectors.mul(graph.sameDiff().constant(array)).sum();
        return Gradients.of(loss, graph.weights().stream().map(Weight::variable).toList());
    }

    private static List<float[]> run(Graph graph, List<SDVariable> outputs, Step step) {
        Map<String, INDArray> inputs = Map.of("tokens", Nd4j.createFromArray(TOKENS));
        try (Results results = graph.run(Plan.of(graph.sameDiff(), outputs), inputs, step)) {
            return outputs.stream().map(results::floats).toList();
        }
    }

    private static void assertClose(float[] expected, float[] actual, String what) {
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-6 * largest, what + " [" + i + "]");
        }
    }
}
