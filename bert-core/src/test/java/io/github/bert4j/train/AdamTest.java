package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.onednn.MachineKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds updates to the papers' formulas in plain doubles. */
class AdamTest {
    private static final double RATE = 0.01;
    private static final double DECAY = 0.1;
    private static final double CLIP = 2;

    /** Gradients of usual size, tiny ones that the epsilon matters to, large ones, and none at all. */
    private static final float[] GRADIENTS = {0.3f, -2, 1e-4f, -1e-8f, 50, 0};

    private static final float[] START = {1, -1, 0.5f, 0.25f, 0.125f, 2};

    /** One weight's update, as Kingma and Ba and Loshchilov and Hutter write it. */
    private static final class Plain {
        private final double[] p;
        private final double[] m;
        private final double[] v;
        private int t;

        Plain(float... start) {
            p = new double[start.length];
            Arrays.setAll(p, i -> start[i]);
            m = new double[start.length];
            v = new double[start.length];
        }

        void update(double rate, double clipFactor, double decay, float[] gradient) {
            t++;
            for (int i = 0; i < p.length; i++) {
                double g = clipFactor * gradient[i];
                m[i] = 0.9 * m[i] + (1 - 0.9) * g;
                v[i] = 0.999 * v[i] + (1 - 0.999) * g * g;
                double alpha = rate * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
                p[i] -= alpha * m[i] / (Math.sqrt(v[i]) + 1e-7) + rate * decay * p[i];
            }
        }

        void assertEqualTo(Weight weight) {
            float[] values = weight.values();
            for (int i = 0; i < p.length; i++) {
                assertEquals(p[i], values[i], 2e-6 * Math.max(1, Math.abs(p[i])), weight.name() + " " + i);
            }
        }
    }

    static Stream<Arguments> kernels() {
        return Stream.of(1, 5, 50)
                .flatMap(steps -> Stream.of(
                        Arguments.of(new PortableKernels(), steps), Arguments.of(MachineKernels.open(), steps)));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void followsKeras(Kernels kernels, int steps) {
        try (Graph graph = new Graph(1, kernels)) {
            Weight weight = graph.weight("w", Shape.of(2, 3));
            weight.assign(START);
            Plain plain = new Plain(START);
            Optimizer.Updater updater = new Adam(RATE).start(graph, List.of(weight));
            for (int t = 0; t < steps; t++) {
                float[] gradient = gradient(t);
                plain.update(RATE, 1, 0, gradient);
                updater.update(t, Map.of(weight, dense(gradient, 2, 3)));
            }
            plain.assertEqualTo(weight);
        }
    }

    /** Kernels decay, biases and norms do not; the norm is that of all gradients together. */
    @ParameterizedTest
    @MethodSource("kernels")
    void decaysKernelsOnlyAndClipsByTheNormOfAllGradients(Kernels kernels, int steps) {
        try (Graph graph = new Graph(1, kernels)) {
            List<Weight> weights = new ArrayList<>();
            List<Plain> plain = new ArrayList<>();
            for (Role role : Role.values()) {
                Weight weight = graph.weight(role.name(), Shape.of(6), Initializer.zeros(), role);
                weight.assign(START);
                weights.add(weight);
                plain.add(new Plain(START));
            }
            LearningRateSchedule schedule = step -> RATE / (1 + step);
            Optimizer.Updater updater =
                    new AdamW(new Adam(schedule).withGlobalClipNorm(CLIP), DECAY).start(graph, weights);
            for (int t = 0; t < steps; t++) {
                Map<Weight, Gradient> gradients = new LinkedHashMap<>();
                double squares = 0;
                for (int i = 0; i < weights.size(); i++) {
                    // Some steps are within the norm, some beyond it.
                    float[] gradient = gradient(t + i);
                    gradient[4] *= t % 2 == 0 ? 1 : 1e-3f;
                    gradients.put(weights.get(i), dense(gradient, 6));
                    for (float g : gradient) {
                        squares += (double) g * g;
                    }
                }
                double factor = Math.min(1, CLIP / Math.sqrt(squares));
                for (int i = 0; i < weights.size(); i++) {
                    double decay = weights.get(i).role() == Role.KERNEL ? DECAY : 0;
                    plain.get(i)
                            .update(
                                    RATE / (1 + t),
                                    factor,
                                    decay,
                                    gradients.get(weights.get(i)).dense().toFloatVector());
                }
                updater.update(t, gradients);
            }
            for (int i = 0; i < weights.size(); i++) {
                plain.get(i).assertEqualTo(weights.get(i));
            }
        }
    }

    /** Rows of which some come and go, one comes late, and one never comes, beside a dense weight. */
    @ParameterizedTest
    @MethodSource("kernels")
    void updatesATableByItsRowsAsByAllOfIt(Kernels kernels, int steps) {
        int[][] indices = {{0, 2}, {1, 2}, {2}, {0, 3}};
        try (Graph graph = new Graph(1, kernels)) {
            for (double decay : new double[] {0, DECAY}) {
                Weight table = graph.weight("table" + decay, Shape.of(5, 2));
                Weight bias = graph.weight("bias" + decay, Shape.of(6), Initializer.zeros(), Role.BIAS);
                float[] start = {1, -1, 0.5f, 0.25f, 0.125f, 2, 3, -3, 0.1f, 7};
                table.assign(start);
                Plain plainTable = new Plain(start);
                Plain plainBias = new Plain(new float[6]);
                Optimizer.Updater updater =
                        new AdamW(new Adam(RATE).withGlobalClipNorm(CLIP), decay).start(graph, List.of(table, bias));
                for (int t = 0; t < steps; t++) {
                    int[] some = indices[Math.min(t, t % 3 + t / 25)];
                    float[] rows = Arrays.copyOf(gradient(t), some.length * 2);
                    float[] whole = new float[10];
                    for (int i = 0; i < rows.length; i++) {
                        whole[some[i / 2] * 2 + i % 2] = rows[i];
                    }
                    float[] other = gradient(t + 1);
                    double squares = 0;
                    for (float[] gradient : List.of(whole, other)) {
                        for (float g : gradient) {
                            squares += (double) g * g;
                        }
                    }
                    double factor = Math.min(1, CLIP / Math.sqrt(squares));
                    plainTable.update(RATE, factor, decay, whole);
                    plainBias.update(RATE, factor, 0, other);
                    Gradient gradient = new Gradient.Rows(
                            Nd4j.createFromArray(some),
                            Nd4j.createFromArray(rows).reshape(some.length, 2),
                            5);
                    assertArrayEquals(whole, gradient.dense().ravel().toFloatVector());
                    Map<Weight, Gradient> gradients = new LinkedHashMap<>();
                    gradients.put(table, gradient);
                    gradients.put(bias, dense(other, 6));
                    updater.update(t, gradients);
                }
                plainTable.assertEqualTo(table);
                plainBias.assertEqualTo(bias);
            }
        }
    }

    /** As algorithm 2 of You et al. writes it; biases, norms and weights of norm 0 are not scaled. */
    @ParameterizedTest
    @MethodSource("kernels")
    void followsLamb(Kernels kernels, int steps) {
        try (Graph graph = new Graph(1, kernels)) {
            List<Weight> weights = new ArrayList<>();
            for (Role role : Role.values()) {
                weights.add(graph.weight(role.name(), Shape.of(6), Initializer.zeros(), role));
                weights.get(weights.size() - 1).assign(START);
            }
            weights.add(graph.weight("zero", Shape.of(6)));
            double[][] p = new double[weights.size()][];
            double[][] m = new double[p.length][6];
            double[][] v = new double[p.length][6];
            Arrays.setAll(p, i -> new Plain(weights.get(i).values()).p);
            Optimizer.Updater updater =
                    new Lamb(new Adam(RATE).withEpsilon(1e-6).withGlobalClipNorm(CLIP), DECAY).start(graph, weights);
            for (int t = 1; t <= steps; t++) {
                float[] gradient = gradient(t);
                double squares = 0;
                for (float g : gradient) {
                    squares += p.length * (double) g * g;
                }
                double clip = Math.min(1, CLIP / Math.sqrt(squares));
                Map<Weight, Gradient> gradients = new LinkedHashMap<>();
                for (int i = 0; i < p.length; i++) {
                    gradients.put(weights.get(i), dense(gradient, 6));
                    boolean excluded = weights.get(i).role() != Role.KERNEL;
                    double[] u = new double[6];
                    double weightSquares = 0;
                    double stepSquares = 0;
                    for (int j = 0; j < 6; j++) {
                        double g = clip * gradient[j];
                        m[i][j] = 0.9 * m[i][j] + (1 - 0.9) * g;
                        v[i][j] = 0.999 * v[i][j] + (1 - 0.999) * g * g;
                        double mean = m[i][j] / (1 - Math.pow(0.9, t));
                        double square = v[i][j] / (1 - Math.pow(0.999, t));
                        u[j] = mean / (Math.sqrt(square) + 1e-6) + (excluded ? 0 : DECAY * p[i][j]);
                        weightSquares += p[i][j] * p[i][j];
                        stepSquares += u[j] * u[j];
                    }
                    double ratio = excluded || weightSquares == 0 ? 1 : Math.sqrt(weightSquares / stepSquares);
                    for (int j = 0; j < 6; j++) {
                        p[i][j] -= RATE * ratio * u[j];
                    }
                }
                updater.update(t - 1, gradients);
            }
            double tolerance = steps == 1 ? 1e-6 : 5e-6;
            for (int i = 0; i < p.length; i++) {
                float[] values = weights.get(i).values();
                for (int j = 0; j < 6; j++) {
                    double scale = Math.max(1, Math.abs(p[i][j]));
                    assertEquals(
                            p[i][j],
                            values[j],
                            tolerance * scale,
                            weights.get(i).name() + " " + j);
                }
            }
        }
    }

    /** Factors by name and by layer are multiplied; decay follows the rate, and schedules stay as they are. */
    @Test
    void multipliesTheRateWeightByWeight() {
        try (Graph graph = new Graph(1)) {
            List<Weight> weights = List.of(
                    graph.weight("low/kernel", Shape.of(6)),
                    graph.weight("high/kernel", Shape.of(6)),
                    graph.weight("head/kernel", Shape.of(6)));
            RateFactors factors =
                    RateFactors.layerWise(0.9, weights.subList(0, 3)::indexOf).times(RateFactors.named("head/.*", 10));
            double[] expected = {1, 0.9, 0.9 * 0.9 * 10};
            Optimizer.Updater updater = new AdamW(new Adam(step -> RATE / (2 + step)).withRateFactors(factors), DECAY)
                    .start(graph, weights);
            Map<Weight, Gradient> gradients = new LinkedHashMap<>();
            weights.forEach(weight -> {
                weight.assign(START);
                gradients.put(weight, dense(gradient(0), 6));
            });
            updater.update(0, gradients);
            for (int i = 0; i < expected.length; i++) {
                Plain plain = new Plain(START);
                plain.update(RATE / 2 * expected[i], 1, DECAY, gradient(0));
                float[] values = weights.get(i).values();
                for (int j = 0; j < 6; j++) {
                    assertEquals(plain.p[j], values[j], 1e-6, weights.get(i).name() + " " + j);
                }
            }
            Adam negative = new Adam(RATE).withRateFactors(RateFactors.named("head/.*", -1));
            assertThrows(IllegalArgumentException.class, () -> negative.start(graph, weights));
        }
    }

    /** Rows in one step, the whole table in the next: no row's past is forgotten. */
    @Test
    void takesRowsAndWholeTablesInTurn() {
        try (Graph graph = new Graph(1)) {
            Weight table = graph.weight("table", Shape.of(2, 1));
            Plain plain = new Plain(0, 0);
            Optimizer.Updater updater = new Adam(RATE).start(graph, List.of(table));
            Gradient first = new Gradient.Rows(
                    Nd4j.createFromArray(1), Nd4j.createFromArray(2f).reshape(1, 1), 2);
            Gradient[] gradients = {first, dense(new float[] {3, 0}, 2, 1), first};
            for (int t = 0; t < gradients.length; t++) {
                plain.update(RATE, 1, 0, gradients[t].dense().ravel().toFloatVector());
                updater.update(t, Map.of(table, gradients[t]));
            }
            plain.assertEqualTo(table);
        }
    }

    @Test
    void refusesToClipByANormThatIsNoNumberBeforeAnyWeightHasChanged() {
        try (Graph graph = new Graph(1)) {
            Weight good = graph.weight("good", Shape.of(2));
            Weight bad = graph.weight("bad", Shape.of(1));
            Map<Weight, Gradient> gradients = new LinkedHashMap<>();
            gradients.put(good, dense(new float[] {1, 2}, 2));
            gradients.put(bad, dense(new float[] {Float.NaN}, 1));
            Optimizer.Updater updater = new Adam(RATE).withGlobalClipNorm(1).start(graph, List.of(good, bad));
            String message = assertThrows(ArithmeticException.class, () -> updater.update(7, gradients))
                    .getMessage();
            assertTrue(message.contains("step 7 is NaN"), message);
            assertArrayEquals(new float[2], good.values());
        }
    }

    @Test
    void refusesNumbersItCannotComputeWith() {
        assertThrows(IllegalArgumentException.class, () -> new Adam(-1e-5));
        assertThrows(IllegalArgumentException.class, () -> new Adam(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Adam(1e-5).withBetas(1, 0.999));
        assertThrows(IllegalArgumentException.class, () -> new Adam(1e-5).withEpsilon(0));
        assertThrows(IllegalArgumentException.class, () -> new Adam(1e-5).withGlobalClipNorm(0));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1e-5, -0.01));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(1e-5, Double.NaN));
    }

    @Test
    void takesTheRateOfEachStep() {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("w", Shape.of(1));
            Optimizer.Updater updater = new Adam(step -> step == 1 ? 0.5 : 0).start(graph, List.of(weight));
            Map<Weight, Gradient> gradients = Map.of(weight, dense(new float[] {3}, 1));
            updater.update(0, gradients);
            assertEquals(0, weight.values()[0]);
            updater.update(1, gradients);
            // A constant gradient moves a parameter by the rate.
            assertEquals(-0.5, weight.values()[0], 1e-5);
            updater.update(2, gradients);
            assertEquals(-0.5, weight.values()[0], 1e-5);
        }
    }

    @Test
    void leavesWeightsWithoutAGradientAndTheGradientsAlone() {
        try (Graph graph = new Graph(1)) {
            Weight moved = graph.weight("moved", Shape.of(2));
            Weight still = graph.weight("still", Shape.of(2));
            INDArray gradient = Nd4j.createFromArray(1f, -1f);
            new Adam(0.1).start(graph, List.of(moved, still)).update(0, Map.of(moved, new Gradient.Dense(gradient)));
            assertArrayEquals(new float[] {-0.1f, 0.1f}, moved.values(), 1e-6f);
            assertArrayEquals(new float[2], still.values());
            assertEquals(Nd4j.createFromArray(1f, -1f), gradient);
        }
    }

    @Test
    void keepsItsStateInTheGraph() {
        Graph graph = new Graph(1);
        Weight weight = graph.weight("w", Shape.of(2));
        graph.close();
        assertThrows(IllegalStateException.class, () -> new Adam(0.1).start(graph, List.of(weight)));
    }

    private static float[] gradient(int t) {
        float[] gradient = new float[GRADIENTS.length];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) (GRADIENTS[i] * Math.cos(t + 1));
        }
        return gradient;
    }

    private static Gradient dense(float[] values, long... shape) {
        return new Gradient.Dense(Nd4j.createFromArray(values).reshape(shape));
    }
}
