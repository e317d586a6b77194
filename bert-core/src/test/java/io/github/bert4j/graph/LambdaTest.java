package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class LambdaTest {

    @Test
    void learnsTheShapeOfItsResult() {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", -1, -1, 8);
            assertEquals(Shape.of(-1, -1, 8), apply(in -> in.get(0).mul(2), x).shape());
            assertEquals(Shape.of(-1, 8), apply(in -> in.get(0).mean(1), x).shape());
            assertEquals(
                    Shape.of(-1, 8, -1),
                    apply(in -> in.get(0).permute(0, 2, 1), x).shape());
            assertEquals(Shape.of(), apply(in -> in.get(0).sum(), x).shape());
            assertEquals(
                    Shape.of(-1, -1, 16),
                    apply(in -> join(2, in.get(0), in.get(0)), x).shape());
            // As long as the data, but twice: not the size of either input.
            assertEquals(
                    Shape.of(-1, -1, 8),
                    apply(in -> join(1, in.get(0), in.get(0)), x).shape());
            assertEquals(
                    Shape.of(-1, 4),
                    apply(in -> in.get(0).getSameDiff().reshape(in.get(0), -1, 4), x)
                            .shape());
        }
    }

    @Test
    void takesSeveralInputsAndIntegers() {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", -1, -1, 8);
            Tensor one = graph.floats("one", -1, 1, 8);
            Tensor ids = graph.ids("ids");
            assertEquals(
                    Shape.of(-1, -1, 8),
                    apply(in -> in.get(0).add(in.get(1)), x, one).shape());
            assertEquals(
                    Shape.of(-1, -1),
                    apply(in -> in.get(0).gt(0).castTo(DataType.FLOAT), ids).shape());
        }
    }

    @Test
    void computesTheExpression() {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", -1, 2);
            Tensor y = apply(in -> in.get(0).mul(in.get(0)).add(1), x);
            try (Results results = graph.run(
                    Plan.of(graph.sameDiff(), List.of(y.variable())),
                    Map.of("x", Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}})),
                    Step.inference())) {
                assertArrayEquals(new float[] {2, 5, 10, 17}, results.floats(y.variable()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAForeignVariable(boolean foreignFirst) {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", -1, 2);
            SDVariable foreign = graph.floats("foreign", -1, 2).variable();
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> apply(
                                    in -> foreignFirst
                                            ? foreign.add(in.get(0))
                                            : in.get(0).add(foreign),
                                    x))
                    .getMessage();
            assertTrue(message.contains("may use nothing but the variables it is given"), message);
        }
    }

    @Test
    void saysWhatItWasAppliedToWhereItDoesNotFit() {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", -1, 5);
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> apply(in -> in.get(0).mmul(in.get(0)), x))
                    .getMessage();
            assertTrue(message.contains("lambda failed on [x (None, 5)]"), message);
        }
    }

    private static Tensor apply(Function<List<SDVariable>, SDVariable> expression, Tensor... inputs) {
        return new Lambda(expression).apply(inputs);
    }

    private static SDVariable join(int axis, SDVariable a, SDVariable b) {
        return a.getSameDiff().concat(axis, a, b);
    }
}
