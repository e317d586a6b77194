package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
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
    void categoricalCrossEntropyIsTheMeanOverAllPositions() {
        float[] labels = {0.25f, 0.75f, 1, 0, 0, 1};
        assertLoss(
                targets(labels, 0),
                3,
                Loss.categoricalCrossEntropy(),
                softmax(),
                Nd4j.createFromArray(labels).reshape(3, 2));
    }

    @Test
    void smoothsBinaryLabelsTowardsAHalf() {
        float[] labels = {0, 1, 0, 1, 1, 0};
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            double y = labels[i] * (1 - 0.2) + 0.5 * 0.2;
            sum += y * Math.log1p(Math.exp(-X[i])) + (1 - y) * Math.log1p(Math.exp(X[i]));
        }
        assertLoss(
                sum,
                6,
                Loss.binaryCrossEntropy().withLabelSmoothing(0.2),
                sigmoid(),
                Nd4j.createFromArray(labels).reshape(3, 2));
    }

    @Test
    void smoothsCategoricalLabelsTowardsTheMeanOfAllClasses() {
        float[] labels = {0, 1, 1, 0, 0, 1};
        assertLoss(
                targets(labels, 0.2),
                3,
                Loss.categoricalCrossEntropy().withLabelSmoothing(0.2),
                softmax(),
                Nd4j.createFromArray(labels).reshape(3, 2));
    }

    @Test
    void smoothsClassesAsIfTheyWereCategorical() {
        assertLoss(
                targets(new float[] {0, 1, 0, 0, 0, 1}, 0.2) - targets(new float[6], 0.2, 1),
                2,
                Loss.sparseCategoricalCrossEntropy().withLabelSmoothing(0.2),
                softmax(),
                Nd4j.createFromArray(1, -1, 1));
    }

    @Test
    void classWeightsMultiplyLossesAndLeaveTheCount() {
        float[] labels = {0, 1, 0.4f, 0.6f, 1, 0};
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            double loss = labels[i] * Math.log1p(Math.exp(-X[i])) + (1 - labels[i]) * Math.log1p(Math.exp(X[i]));
            sum += loss * (labels[i] < 0.5 ? 3 : 0.5);
        }
        assertLoss(
                sum,
                6,
                Loss.binaryCrossEntropy().withClassWeights(3, 0.5),
                sigmoid(),
                Nd4j.createFromArray(labels).reshape(3, 2));
    }

    @Test
    void classWeightsOfASoftmaxAreByClass() {
        double[] losses = {
            targets(new float[] {0, 1, 0, 0, 0, 0}, 0),
            targets(new float[] {0, 0, 1, 0, 0, 0}, 0),
            targets(new float[] {0, 0, 0, 0, 0, 1}, 0)
        };
        assertLoss(
                0.5 * losses[0] + 3 * losses[1] + 0.5 * losses[2],
                3,
                Loss.categoricalCrossEntropy().withClassWeights(3, 0.5),
                softmax(),
                Nd4j.createFromArray(new float[] {0, 1, 1, 0, 0, 1}).reshape(3, 2));
    }

    @Test
    void classWeightsLeaveOutWhatDoesNotCount() {
        double second = targets(new float[] {0, 0, 1, 0, 0, 0}, 0);
        double third = targets(new float[] {0, 0, 0, 0, 0, 1}, 0);
        assertLoss(
                3 * second + 0.5 * third,
                2,
                Loss.sparseCategoricalCrossEntropy().withClassWeights(3, 0.5),
                softmax(),
                Nd4j.createFromArray(-1, 0, 1));
    }

    @Test
    void gradientsOfSmoothedAndWeightedLossesAreThoseOfDifferences() {
        float[] floats = {0.1f, 0.9f, 1, 0, 0, 1};
        INDArray floatLabels = Nd4j.createFromArray(floats).reshape(3, 2);
        for (CrossEntropy loss : List.of(
                Loss.binaryCrossEntropy(), Loss.categoricalCrossEntropy(), Loss.sparseCategoricalCrossEntropy())) {
            assertGradient(
                    loss.withLabelSmoothing(0.2).withClassWeights(3, 0.5),
                    loss.labels() == CrossEntropy.Labels.SPARSE ? Nd4j.createFromArray(1, -1, 0) : floatLabels);
        }
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        CrossEntropy loss = Loss.sparseCategoricalCrossEntropy();
        assertThrows(IllegalArgumentException.class, () -> loss.withLabelSmoothing(-0.1));
        assertThrows(IllegalArgumentException.class, () -> loss.withLabelSmoothing(1.1));
        assertThrows(IllegalArgumentException.class, () -> loss.withClassWeights(1, Double.NaN));
        Tensor p = softmax();
        Tensor label = loss.label("label", p);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> loss.withClassWeights(1, 2, 3).term(p, label))
                .getMessage();
        assertTrue(message.contains("3 class weights [1.0, 2.0, 3.0] for labels of 2 classes"), message);
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

    /** The sum over three rows of two logits of {@code -Σ y log p}, by the smoothed labels. */
    private static double targets(float[] labels, double smoothing) {
        return targets(labels, smoothing, 0) + targets(labels, smoothing, 1) + targets(labels, smoothing, 2);
    }

    private static double targets(float[] labels, double smoothing, int row) {
        double a = X[2 * row];
        double b = X[2 * row + 1];
        double first = labels[2 * row] * (1 - smoothing) + smoothing / 2;
        double second = labels[2 * row + 1] * (1 - smoothing) + smoothing / 2;
        return first * Math.log1p(Math.exp(b - a)) + second * Math.log1p(Math.exp(a - b));
    }

    private Tensor sigmoid() {
        Tensor logits = input("x", X, 3, 2);
        return Tensor.squashed(graph.sameDiff().nn().sigmoid(logits.variable()), Squashing.SIGMOID, logits);
    }

    private Tensor softmax() {
        Tensor logits = input("x", X, 3, 2);
        return Tensor.squashed(graph.sameDiff().nn().softmax(logits.variable(), -1), Squashing.SOFTMAX, logits);
    }

    /** The gradient of the loss's numerator by a weight that gives three rows of two logits. */
    private static void assertGradient(CrossEntropy loss, INDArray labels) {
        try (Graph own = new Graph(1)) {
            Weight x = own.weight("x", Shape.of(3, 2));
            float[] values = {-3, 0.5f, 2, 0, 1, -1};
            x.assign(values);
            Tensor logits = Tensor.of(own, x.variable(), x.shape());
            SDVariable p = x.variable();
            Tensor output = loss.labels() == CrossEntropy.Labels.BINARY
                    ? Tensor.squashed(own.sameDiff().nn().sigmoid(p), Squashing.SIGMOID, logits)
                    : Tensor.squashed(own.sameDiff().nn().softmax(p, -1), Squashing.SOFTMAX, logits);
            SDVariable sum =
                    loss.term(output, loss.label("label", output)).numerator().variable();
            SDVariable gradient = Gradients.of(sum, List.of(p)).get(p);
            Plan plan = Plan.of(own.sameDiff(), List.of(sum, gradient));
            float[] found = results(own, plan, labels, gradient);
            for (int i = 0; i < values.length; i++) {
                float[] moved = values.clone();
                moved[i] += 0.01f;
                x.assign(moved);
                double above = results(own, plan, labels, sum)[0];
                moved[i] -= 0.02f;
                x.assign(moved);
                double below = results(own, plan, labels, sum)[0];
                assertEquals((above - below) / 0.02, found[i], 1e-3, loss + " by logit " + i);
            }
        }
    }

    private static float[] results(Graph graph, Plan plan, INDArray labels, SDVariable wanted) {
        try (Results results = graph.run(plan, Map.of("label", labels), Step.inference())) {
            return results.floats(wanted);
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
