package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LossTest {
    private static final float[] X = {-3, 0.5f, 2, 0, 40, -1};

    private final Graph graph = new Graph(1);
    private final Map<String, INDArray> inputs = new HashMap<>();

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void binaryCrossEntropyIsTheMeanOverAllElements() {
        Tensor logits = input("x", X, 3, 2);
        Tensor p = Tensor.squashed(graph.sameDiff().nn().sigmoid(logits.variable()), Squashing.SIGMOID, logits);
        float[] labels = {0, 1, 0.5f, 1, 1, 0};
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            // -y log σ(x) - (1 - y) log σ(-x)
            sum += labels[i] * Math.log1p(Math.exp(-X[i])) + (1 - labels[i]) * Math.log1p(Math.exp(X[i]));
        }
        assertLoss(
                sum,
                6,
                Loss.binaryCrossEntropy(),
                p,
                Nd4j.createFromArray(labels).reshape(3, 2));
    }

    @Test
    void binaryCrossEntropiesAreThoseOfTheElements() {
        Tensor logits = input("x", X, 3, 2);
        Tensor p = Tensor.squashed(graph.sameDiff().nn().sigmoid(logits.variable()), Squashing.SIGMOID, logits);
        Tensor losses = Loss.binaryCrossEntropies(p, input("label", new float[] {0, 1, 0, 1, 0, 1}, 3, 2));
        assertEquals(p.shape(), losses.shape());
        float[] found;
        try (Results results =
                graph.run(Plan.of(graph.sameDiff(), List.of(losses.variable())), inputs, Step.inference())) {
            found = results.floats(losses.variable());
        }
        for (int i = 0; i < 6; i++) {
            double expected = Math.log1p(Math.exp(i % 2 == 0 ? X[i] : -X[i]));
            assertEquals(expected, found[i], 1e-6 * Math.max(1, expected));
        }
    }

    @Test
    void sparseCrossEntropyIsTheMeanOverClassesThatCount() {
        Tensor logits = input("x", X, 3, 2);
        Tensor p = Tensor.squashed(graph.sameDiff().nn().softmax(logits.variable(), -1), Squashing.SOFTMAX, logits);
        double first = Math.log(Math.exp(-3) + Math.exp(0.5)) - 0.5;
        double third = Math.log(Math.exp(40) + Math.exp(-1)) + 1;
        assertLoss(first + third, 2, Loss.sparseCategoricalCrossEntropy(), p, Nd4j.createFromArray(1, -1, 1));
    }

    @Test
    void spanCrossEntropyIsTheMeanOverLabelsBySample() {
        inputs.put("scores", Nd4j.createFromArray(X).reshape(3, 2, 1, 1));
        Tensor scores = graph.floats("scores", -1, 2, -1, -1);
        int[][][] spans = {{{0, 0, 0}, {1, 0, 0}}, {{1, 0, 0}, {-1, -1, -1}}, {{-1, -1, -1}, {-1, -1, -1}}};
        int[] right = {1, 1, 0, 1, 0, 0};
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            sum += Math.log1p(Math.exp(right[i] == 1 ? -X[i] : X[i])) / 2;
        }
        assertLoss(sum, 3, Loss.spanCrossEntropy(), scores, Nd4j.createFromArray(spans));
    }

    @Test
    void meanSquaredErrorIsTheMeanOverAllElements() {
        Tensor x = input("x", X, 3, 2);
        double sum = 0;
        for (float value : X) {
            sum += (value - 1) * (value - 1);
        }
        assertLoss(sum, 6, Loss.meanSquaredError(), x, Nd4j.ones(DataType.FLOAT, 3, 2));
    }

    @Test
    void maskedMeanLeavesElementsOut() {
        Tensor losses = input("losses", new float[] {1, 10, 100, 1000}, 2, 2);
        Tensor mask = input("mask", new float[] {1, 0, 1, 0}, 2, 2);
        LossTerm term = LossTerm.maskedMean(losses, mask);
        assertEquals(101, run(term.numerator().variable()));
        assertEquals(2, run(term.denominator().variable()));
    }

    @Test
    void refusesAMaskThatIsNotOfTheLossesShape() {
        Tensor losses = graph.floats("losses", -1, -1, 1);
        Tensor mask = graph.floats("mask", -1, -1);
        String message = assertThrows(IllegalArgumentException.class, () -> LossTerm.maskedMean(losses, mask))
                .getMessage();
        assertTrue(message.contains("mask (None, None) does not fit the losses losses (None, None, 1)"), message);
    }

    @Test
    void refusesALossThatIsNoScalar() {
        Tensor losses = graph.floats("losses", -1, 1);
        Tensor count = graph.floats("count");
        String message = assertThrows(IllegalArgumentException.class, () -> new LossTerm(losses, count))
                .getMessage();
        assertTrue(message.contains("numerator of a loss is losses (None, 1): expected a scalar"), message);
    }

    @Test
    void makesInputsForLabels() {
        Tensor p = graph.floats("p", -1, -1, 5);
        assertEquals(
                Shape.of(-1, -1, 5), Loss.binaryCrossEntropy().label("a", p).shape());
        assertEquals(Shape.of(-1, -1, 5), Loss.meanSquaredError().label("b", p).shape());
        Tensor classes = Loss.sparseCategoricalCrossEntropy().label("c", p);
        assertEquals(Shape.of(-1, -1), classes.shape());
        assertEquals(DataType.INT32, classes.variable().dataType());
    }

    @Test
    void crossEntropiesNeedTheirActivation() {
        Tensor x = graph.floats("x", -1, 2);
        Tensor label = graph.floats("label", -1, 2);
        for (Loss loss : List.of(Loss.binaryCrossEntropy(), Loss.sparseCategoricalCrossEntropy())) {
            String message = assertThrows(IllegalArgumentException.class, () -> loss.term(x, label))
                    .getMessage();
            assertTrue(message.contains("needs probabilities made by a layer with activation S"), message);
        }
    }

    private void assertLoss(double sum, double count, Loss loss, Tensor output, INDArray labels) {
        Tensor label = loss.label("label", output);
        inputs.put("label", labels);
        LossTerm term = loss.term(output, label);
        assertEquals(sum, run(term.numerator().variable()), 1e-6 * sum);
        assertEquals(count, run(term.denominator().variable()));
        assertEquals(Shape.of(), term.numerator().shape());
    }

    private Tensor input(String name, float[] values, long... shape) {
        inputs.put(name, Nd4j.createFromArray(values).reshape(shape));
        return graph.floats(name, -1, shape[1]);
    }

    private float run(SDVariable output) {
        try (Results results = graph.run(Plan.of(graph.sameDiff(), List.of(output)), inputs, Step.inference())) {
            return results.floats(output)[0];
        }
    }
}
