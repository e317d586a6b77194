package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Weight;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdamTest {
    private static final double RATE = 0.01;
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-7;

    /** Gradients of usual size, tiny ones that the epsilon matters to, large ones, and none at all. */
    private static final float[] GRADIENTS = {0.3f, -2, 1e-4f, -1e-8f, 50, 0};

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 50})
    void followsKeras(int steps) {
        double[] p = {1, -1, 0.5, 0.25, 0.125, 2};
        double[] m = new double[6];
        double[] v = new double[6];
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("w", Shape.of(2, 3));
            weight.assign(new float[] {1, -1, 0.5f, 0.25f, 0.125f, 2});
            Optimizer.Updater updater = new Adam(RATE).start(graph, List.of(weight));
            for (int t = 1; t <= steps; t++) {
                float[] gradient = new float[6];
                for (int i = 0; i < 6; i++) {
                    gradient[i] = (float) (GRADIENTS[i] * Math.cos(t));
                    m[i] = BETA_1 * m[i] + (1 - BETA_1) * gradient[i];
                    v[i] = BETA_2 * v[i] + (1 - BETA_2) * gradient[i] * gradient[i];
                    double rate = RATE * Math.sqrt(1 - Math.pow(BETA_2, t)) / (1 - Math.pow(BETA_1, t));
                    p[i] -= rate * m[i] / (Math.sqrt(v[i]) + EPSILON);
                }
                updater.update(
                        t - 1, Map.of(weight, Nd4j.createFromArray(gradient).reshape(2, 3)));
            }
            float[] values = weight.values();
            for (int i = 0; i < 6; i++) {
                assertEquals(p[i], values[i], 1e-6, "parameter " + i);
            }
        }
    }

    @Test
    void refusesNumbersItCannotComputeWith() {
        assertThrows(IllegalArgumentException.class, () -> new Adam(-1e-5));
        assertThrows(IllegalArgumentException.class, () -> new Adam(Double.NaN));
        assertThrows(
                IllegalArgumentException.class, () -> new Adam(LearningRateSchedule.constant(1e-5), 1, 0.999, 1e-7));
        assertThrows(
                IllegalArgumentException.class, () -> new Adam(LearningRateSchedule.constant(1e-5), 0.9, 0.999, 0));
    }

    @Test
    void takesTheRateOfEachStep() {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("w", Shape.of(1));
            Optimizer.Updater updater = new Adam(step -> step == 1 ? 0.5 : 0).start(graph, List.of(weight));
            INDArray gradient = Nd4j.createFromArray(3f);
            updater.update(0, Map.of(weight, gradient));
            assertEquals(0, weight.values()[0]);
            updater.update(1, Map.of(weight, gradient));
            // A constant gradient moves a parameter by the rate.
            assertEquals(-0.5, weight.values()[0], 1e-5);
            updater.update(2, Map.of(weight, gradient));
            assertEquals(-0.5, weight.values()[0], 1e-5);
        }
    }

    @Test
    void leavesWeightsWithoutAGradientAndTheGradientsAlone() {
        try (Graph graph = new Graph(1)) {
            Weight moved = graph.weight("moved", Shape.of(2));
            Weight still = graph.weight("still", Shape.of(2));
            INDArray gradient = Nd4j.createFromArray(1f, -1f);
            new Adam(0.1).start(graph, List.of(moved, still)).update(0, Map.of(moved, gradient));
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
}
