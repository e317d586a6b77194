package io.github.bert4j.similarity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class CosineTest {
    private static final float[] U = {1, 2, -2, 0.5f, -0.5f, 3};
    private static final float[] V = {2, 0.1f, -1, -1, 4, 0.3f};

    @Test
    void isThatOfTheAngle() {
        assertEquals(Math.cos(Math.PI / 4), Cosine.of(new float[] {3, 0}, new float[] {2, 2}), 1e-15);
        assertEquals(-1, Cosine.of(new float[] {3, 1}, new float[] {-6, -2}), 1e-15);
        assertThrows(IllegalArgumentException.class, () -> Cosine.of(new float[2], new float[3]));
    }

    @Test
    void asALayerFollowsTheFormulaAndItsSlopes() {
        try (Graph graph = new Graph(1)) {
            Weight u = graph.weight("u", Shape.of(2, 3));
            Weight v = graph.weight("v", Shape.of(2, 3));
            u.assign(U);
            v.assign(V);
            SDVariable cosines = Cosine.of(tensor(u), tensor(v)).variable();
            Map<SDVariable, Gradients.Parts> gradients =
                    Gradients.parts(cosines.sum(), List.of(u.variable(), v.variable()));
            SDVariable ofU = gradients.get(u.variable()).values();
            SDVariable ofV = gradients.get(v.variable()).values();
            try (Results results =
                    graph.run(Plan.of(graph.sameDiff(), List.of(cosines, ofU, ofV)), Map.of(), Step.inference())) {
                for (int row = 0; row < 2; row++) {
                    assertEquals(formula(doubles(U), doubles(V), row), results.floats(cosines)[row], 1e-6);
                }
                for (int i = 0; i < U.length; i++) {
                    assertEquals(slope(doubles(U), doubles(V), i), results.floats(ofU)[i], 1e-5);
                    assertEquals(slope(doubles(V), doubles(U), i), results.floats(ofV)[i], 1e-5);
                }
            }
        }
    }

    private static Tensor tensor(Weight weight) {
        return Tensor.of(weight.graph(), weight.variable(), Shape.of(Shape.UNKNOWN, 3));
    }

    private static double slope(double[] moved, double[] other, int i) {
        double[] above = moved.clone();
        double[] below = moved.clone();
        above[i] += 1e-6;
        below[i] -= 1e-6;
        return (formula(above, other, i / 3) - formula(below, other, i / 3)) / 2e-6;
    }

    private static double formula(double[] u, double[] v, int row) {
        double uv = 0;
        double uu = 0;
        double vv = 0;
        for (int i = 3 * row; i < 3 * row + 3; i++) {
            uv += u[i] * v[i];
            uu += u[i] * u[i];
            vv += v[i] * v[i];
        }
        return uv / (Math.sqrt(uu) * Math.sqrt(vv));
    }

    private static double[] doubles(float[] values) {
        double[] exact = new double[values.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = values[i];
        }
        return exact;
    }
}
