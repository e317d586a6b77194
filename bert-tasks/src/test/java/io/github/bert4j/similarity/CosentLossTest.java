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
import io.github.bert4j.train.LossTerm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

class CosentLossTest {
    private static final float[] COSINES = {0.9f, 0.35f, 0.4f, -0.1f, 0.42f};
    private static final float[] SCORES = {1, 0, 1, 0.5f, 0};

    @ParameterizedTest
    @ValueSource(doubles = {1, 20})
    void followsTheFormulaAndItsSlopes(double scale) {
        check(COSINES, SCORES, scale);
    }

    @Test
    void staysFiniteWhereEverythingIsWrong() {
        check(new float[] {-1, 1, -1, 1}, new float[] {1, 0, 1, 0}, 20);
    }

    @Test
    void isZeroWhereThereIsNoOrder() {
        check(COSINES, new float[] {1, 1, 1, 1, 1}, 20);
    }

    @Test
    void refusesScalesThatMakeNoSense() {
        for (double scale : new double[] {0, -1, 36, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new CosentLoss(scale));
        }
    }

    private static void check(float[] cosines, float[] scores, double scale) {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("cosines", Shape.of(cosines.length));
            weight.assign(cosines);
            var loss = new CosentLoss(scale);
            Tensor output = Tensor.of(graph, weight.variable(), Shape.of(Shape.UNKNOWN));
            LossTerm term = loss.term(output, loss.label("scores", output));
            SDVariable value = term.numerator().variable();
            SDVariable count = term.denominator().variable();
            SDVariable gradient = Gradients.parts(value, List.of(weight.variable()))
                    .get(weight.variable())
                    .values();
            try (Results results = graph.run(
                    Plan.of(graph.sameDiff(), List.of(value, count, gradient)),
                    Map.of("scores", Nd4j.createFromArray(scores)),
                    Step.inference())) {
                double[] x = new double[cosines.length];
                for (int i = 0; i < x.length; i++) {
                    x[i] = cosines[i];
                }
                double expected = formula(x, scores, scale);
                assertEquals(expected, results.floats(value)[0], 1e-5 * Math.max(1, expected));
                assertEquals(1, results.floats(count)[0]);
                for (int i = 0; i < x.length; i++) {
                    assertEquals(slope(x, i, scores, scale), results.floats(gradient)[i], 1e-4, "gradient " + i);
                }
            }
        }
    }

    private static double slope(double[] x, int i, float[] scores, double scale) {
        double[] above = x.clone();
        double[] below = x.clone();
        above[i] += 1e-6;
        below[i] -= 1e-6;
        return (formula(above, scores, scale) - formula(below, scores, scale)) / 2e-6;
    }

    private static double formula(double[] cosines, float[] scores, double scale) {
        double sum = 1;
        for (int i = 0; i < cosines.length; i++) {
            for (int j = 0; j < cosines.length; j++) {
                sum += scores[i] > scores[j] ? Math.exp(scale * (cosines[j] - cosines[i])) : 0;
            }
        }
        return Math.log(sum);
    }
}
