package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class SigmoidCrossEntropyOpTest {

    @Test
    void followsTheDefinition() {
        float[] labels = {0, 1, 1, 0, 0.25f, 0.9f};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable logits = small.variable("logits", new double[] {-3, -3, 2, 2, 0.5, 0}, 2, 3);
            SDVariable output = new SigmoidCrossEntropyOp(logits, small.floats("labels", labels, 2, 3)).output();
            small.assertFollows(
                    values -> {
                        double[] losses = new double[labels.length];
                        for (int i = 0; i < losses.length; i++) {
                            double p = 1 / (1 + Math.exp(-values[0][i]));
                            losses[i] = -labels[i] * Math.log(p) - (1 - labels[i]) * Math.log(1 - p);
                        }
                        return losses;
                    },
                    output,
                    1e-6);
        }
    }

    @Test
    void isExactWhereTheSigmoidIsNot() {
        float[] logits = {1e4f, 1e4f, -1e4f, -1e4f, 0, 0, 20, -40, 90};
        float[] labels = {1, 0, 0, 1, 0, 1, 1, 0, 1};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("logits", logits, 9);
            float[] losses = small.run(new SigmoidCrossEntropyOp(x, small.floats("labels", labels, 9)).output());
            for (int i = 0; i < losses.length; i++) {
                // log(1 + e^-z) where z is the logit of the right answer
                double z = labels[i] == 1 ? logits[i] : -logits[i];
                double expected = z < 0 ? -z + Math.log1p(Math.exp(z)) : Math.log1p(Math.exp(-z));
                assertEquals(expected, losses[i], 1e-6 * expected + 1e-44, "logit " + logits[i]);
            }
        }
    }

    @Test
    void hasABoundedGradient() {
        float[] logits = {1e4f, 1e4f, -1e4f, -1e4f, 0, 0, 0};
        float[] labels = {1, 0, 0, 1, 0, 1, 0.25f};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("logits", logits, 7);
            SDVariable loss = new SigmoidCrossEntropyOp(x, small.floats("labels", labels, 7))
                    .output()
                    .sum();
            float[] gradient = small.run(Gradients.of(loss, List.of(x)).get(x));
            assertArrayEquals(new float[] {0, 1, 0, -1, 0.5f, -0.5f, 0.25f}, gradient);
        }
    }

    @Test
    void refusesLabelsOfAnotherShape() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SigmoidCrossEntropyOp(
                            small.variable("logits", 3, 1), small.floats("labels", new float[3], 3))
                    .output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertTrue(message.contains("shape [3] do not fit outputs of shape [3, 1]"), message);
        }
    }
}
