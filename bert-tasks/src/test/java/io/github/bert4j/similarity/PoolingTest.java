package io.github.bert4j.similarity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

class PoolingTest {
    /** Two texts, of three tokens and of two; all that is real is below 0, as padding is not. */
    private static final float[] SEQUENCE = {-1, -8, -3, -4, -5, -2, -7, -6, -9, 0, 0, 0};

    private static final int[][] TOKENS = {{5, 6, 7}, {5, 6, 0}};
    private static final int HIDDEN = 2;
    private static final float[] FACTORS = {0.5f, -2, 3, 1.5f};

    @ParameterizedTest
    @EnumSource
    void poolsRealTokensAloneAndItsGradientDoesToo(Pooling pooling) {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("sequence", Shape.of(2, 3, HIDDEN));
            weight.assign(SEQUENCE);
            Tensor sequence = Tensor.of(graph, weight.variable(), Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, HIDDEN));
            Tensor vectors = pooling.apply(sequence, graph.ids("tokens"));
            assertEquals(Shape.of(Shape.UNKNOWN, HIDDEN), vectors.shape());
            SDVariable factors =
                    graph.sameDiff().constant(Nd4j.createFromArray(FACTORS).reshape(2, HIDDEN));
            SDVariable loss = vectors.variable().mul(factors).sum();
            SDVariable gradient = Gradients.parts(loss, List.of(weight.variable()))
                    .get(weight.variable())
                    .values();
            try (Results results = graph.run(
                    Plan.of(graph.sameDiff(), List.of(vectors.variable(), gradient)),
                    Map.of("tokens", Nd4j.createFromArray(TOKENS)),
                    Step.inference())) {
                assertArrayEquals(pooled(pooling), results.floats(vectors.variable()), 1e-6f);
                assertArrayEquals(gradient(pooling), results.floats(gradient), 1e-6f);
            }
        }
    }

    private static float[] pooled(Pooling pooling) {
        return switch (pooling) {
            case CLS -> new float[] {-1, -8, -7, -6};
            case MEAN -> new float[] {-3, -14 / 3f, -8, -3};
            case MAX -> new float[] {-1, -2, -7, 0};
        };
    }

    private static float[] gradient(Pooling pooling) {
        return switch (pooling) {
            case CLS -> new float[] {0.5f, -2, 0, 0, 0, 0, 3, 1.5f, 0, 0, 0, 0};
            case MEAN -> {
                float a = 0.5f / 3;
                float b = -2 / 3f;
                yield new float[] {a, b, a, b, a, b, 1.5f, 0.75f, 1.5f, 0.75f, 0, 0};
            }
            case MAX -> new float[] {0.5f, 0, 0, 0, 0, -2, 3, 0, 0, 1.5f, 0, 0};
        };
    }
}
