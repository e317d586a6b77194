package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class SoftmaxCrossEntropyOpTest {

    @Test
    void followsTheDefinitionAndSkipsClassesBelowZero() {
        int[] classes = {2, -1, 0, 1};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SoftmaxCrossEntropyOp(
                            small.variable("logits", 2, 2, 3), small.ints("classes", classes, 2, 2))
                    .output();
            assertArrayEquals(new long[] {2, 2}, small.shape(output));
            small.assertFollows(
                    values -> {
                        double[] losses = new double[4];
                        for (int row = 0; row < 4; row++) {
                            double sum = 0;
                            for (int i = 0; i < 3; i++) {
                                sum += Math.exp(values[0][row * 3 + i]);
                            }
                            losses[row] =
                                    classes[row] < 0 ? 0 : -Math.log(Math.exp(values[0][row * 3 + classes[row]]) / sum);
                        }
                        return losses;
                    },
                    output,
                    1e-6);
        }
    }

    @Test
    void survivesHugeLogits() {
        float[] logits = {1e4f, -1e4f, 1e4f, -1e4f, 1e4f, 1e4f};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("logits", logits, 3, 2);
            SDVariable output = new SoftmaxCrossEntropyOp(x, small.ints("classes", new int[] {0, 1, 0}, 3)).output();
            assertArrayEquals(new float[] {0, 20_000, (float) Math.log(2)}, small.run(output), 1e-6f);
            float[] gradient = small.run(Gradients.of(output.sum(), List.of(x)).get(x));
            assertArrayEquals(new float[] {0, 0, 1, -1, -0.5f, 0.5f}, gradient, 1e-7f);
        }
    }

    @Test
    void refusesAClassThatTheModelDoesNotHave() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SoftmaxCrossEntropyOp(
                            small.variable("logits", 2, 3), small.ints("classes", new int[] {0, 3}, 2))
                    .output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertTrue(message.startsWith("Label 3 (element 1 of the batch) is not a class"), message);
            assertTrue(message.contains("expected 0 to 2"), message);
        }
    }

    @Test
    void refusesAnotherNumberOfLabels() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SoftmaxCrossEntropyOp(
                            small.variable("logits", 4, 3), small.ints("classes", new int[] {0, 1}, 2))
                    .output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertTrue(message.contains("shape [2] do not fit outputs of shape [4, 3]"), message);
        }
    }
}
