package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.api.ops.random.custom.DistributionUniform;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What this library works around in SameDiff 1.0.0-M2.1; a test that fails here is good news. */
class SameDiffDefectsTest {
    private final SameDiff graph = SameDiff.create();

    @Test
    void gatherKeepsOneGradientOfARepeatedId() {
        SDVariable table = graph.var("table", Nd4j.ones(DataType.FLOAT, 3, 2));
        SDVariable ids = graph.constant(Nd4j.createFromArray(1, 1, 1));
        graph.gather(table, ids, 0).sum("loss");
        graph.setLossVariables("loss");
        INDArray gradient = graph.calculateGradients(Map.of(), "table").get("table");
        assertEquals(
                1,
                gradient.getFloat(1, 0),
                "SameDiff has mended gather's gradient (3 is right): EmbeddingOp, and the refusal in Gradients, may go");
    }

    @Test
    void gatherOfAMatrixOfIdsHasNoGradient() {
        SDVariable table = graph.var("table", Nd4j.ones(DataType.FLOAT, 7, 2));
        SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1, -1);
        graph.gather(table, ids, 0).sum("loss");
        graph.setLossVariables("loss");
        Map<String, INDArray> fed = Map.of("ids", Nd4j.createFromArray(new int[][] {{0, 1, 2}, {4, 5, 6}}));
        assertThrows(
                RuntimeException.class,
                () -> graph.calculateGradients(fed, "table"),
                "SameDiff has mended gather of a matrix of ids: see gatherKeepsOneGradientOfARepeatedId");
    }

    @Test
    void gatherOfColumnsHasNoGradient() {
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, 3, 4));
        SDVariable columns = graph.gather(x, graph.constant(Nd4j.createFromArray(0, 2)), 1);
        assertNoBackpropagation("x", columns, "SameDiff has mended gather on axis 1: GatherOp may go");
    }

    @Test
    void productsOfThreeAxesAndTwoDoNotWork() {
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, 2, 3, 4));
        SDVariable kernel = graph.var("kernel", Nd4j.ones(DataType.FLOAT, 4, 5));
        assertNoBackpropagation(
                "kernel",
                graph.tensorMmul(x, kernel, new int[] {2}, 0),
                "SameDiff has mended tensorMmul's gradient: docs/samediff-defects.md has it");
        SDVariable product = graph.mmul(x, kernel);
        assertThrows(
                RuntimeException.class,
                () -> graph.output(Map.of(), product.name()),
                "SameDiff has mended mmul of 3 axes and 2: docs/samediff-defects.md has it");
    }

    @Test
    void logSoftmaxOfAnAxisHasNoGradient() {
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, 3, 4));
        assertNoBackpropagation(
                "x", graph.nn().logSoftmax(x, 1), "SameDiff has mended logSoftmax: docs/samediff-defects.md has it");
    }

    @Test
    void randomNumbersOfAShapeThatIsComputedRepeat() {
        SDVariable shape = graph.constant(Nd4j.createFromArray(2L, 4L));
        SDVariable random = new DistributionUniform(graph, shape, 0, 1).outputVariable();
        INDArray first =
                graph.output(Map.of(), random.name()).get(random.name()).dup();
        INDArray second = graph.output(Map.of(), random.name()).get(random.name());
        assertEquals(first, second, "SameDiff has mended random numbers: docs/samediff-defects.md has it");
    }

    @Test
    void fitReportsNoLoss() {
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = graph.placeHolder("y", DataType.FLOAT, -1, 1);
        SDVariable w = graph.var("w", Nd4j.ones(DataType.FLOAT, 2, 1));
        graph.loss().meanSquaredError("loss", y, x.mmul(w), null);
        graph.setLossVariables("loss");
        graph.setTrainingConfig(TrainingConfig.builder()
                .updater(new Sgd(0))
                .dataSetFeatureMapping("x")
                .dataSetLabelMapping("y")
                .build());
        // (1 + 1 - 7)² = 25
        DataSet data = new DataSet(Nd4j.ones(DataType.FLOAT, 4, 2), Nd4j.valueArrayOf(new long[] {4, 1}, 7f));
        double loss = graph.fit(new SingletonDataSetIterator(data), 1)
                .lossCurve()
                .meanLoss(0)
                .totalLoss();
        assertEquals(0, loss, "SameDiff has mended the loss of fit: docs/samediff-defects.md has it");
    }

    @Test
    void evaluateNeedsATrainingConfig() {
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable out = graph.nn().softmax("out", x, 1);
        DataSet data = new DataSet(Nd4j.ones(DataType.FLOAT, 4, 2), Nd4j.ones(DataType.FLOAT, 4, 2));
        assertThrows(
                RuntimeException.class,
                () -> graph.evaluate(new SingletonDataSetIterator(data), out.name(), new Evaluation()),
                "SameDiff has mended evaluate: docs/samediff-defects.md has it");
    }

    @Test
    void keepsASessionForEveryThreadThatThereWas() throws InterruptedException {
        SDVariable sum = graph.var("x", Nd4j.ones(DataType.FLOAT, 3)).sum();
        for (int i = 0; i < 5; i++) {
            Thread thread = new Thread(() -> graph.output(Map.of(), sum.name()));
            thread.start();
            thread.join();
        }
        assertTrue(graph.getSessions().size() >= 5, "SameDiff forgets sessions: docs/samediff-defects.md has it");
    }

    @Test
    void printsWhileItMakesGradients() {
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, 3));
        x.mul(2).sum("loss");
        graph.setLossVariables("loss");
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true));
        try {
            graph.createGradFunction("x");
        } finally {
            System.setOut(before);
        }
        assertTrue(printed.size() > 0, "SameDiff has stopped printing: docs/samediff-defects.md has it");
    }

    @Test
    void gatherNdHasNoGradient() {
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, 3, 2));
        SDVariable rows = graph.gatherNd(x, graph.constant(Nd4j.createFromArray(new int[][] {{1}})));
        assertNoGradient(rows, "SameDiff has mended gatherNd's gradient: GatherOp may go");
    }

    @Test
    void dropoutHasNoGradient() {
        SDVariable x = graph.var("x", Nd4j.ones(DataType.FLOAT, 3, 2));
        String message = "SameDiff has mended dropout's gradient: DropoutOp may go";
        assertNoGradient(graph.nn().dropout(x, 0.5), message);
        assertNoGradient(graph.nn().dropoutInverted(x, 0.5), message);
    }

    @Test
    void geluIsASigmoidAndPreciseGeluIsWrong() {
        SDVariable one = graph.constant(Nd4j.createFromArray(1f));
        String message = "SameDiff has mended its GELU: GeluOp may go, and the TANH variant is preciseGelu";
        // x σ(1.702 x); exact: 0.841345
        assertEquals(0.845796, value(graph.nn().gelu(one)), 1e-5, message);
        // exact for the tanh formula: 0.841192
        assertEquals(0.8314, value(graph.nn().preciseGelu(one)), 1e-3, message);
    }

    @Test
    void log1pIsZeroForSmallNumbers() {
        INDArray small = Nd4j.createFromArray(1e-9f);
        assertEquals(
                0,
                Nd4j.getExecutioner().exec(new Log1p(small)).getFloat(0),
                "ND4J has mended log1p: SigmoidCrossEntropyOp may use it");
    }

    /** Garbage of earlier tests may be freed meanwhile, and hide the copy: it is enough to see it once. */
    @Test
    void keepsASecondCopyOfEveryVariable() {
        boolean seen = false;
        for (int i = 0; i < 5 && !seen; i++) {
            INDArray array = Nd4j.ones(DataType.FLOAT, 5000, 5000);
            long before = Pointer.physicalBytes();
            graph.var("x" + i, array);
            seen = Pointer.physicalBytes() - before > array.length() * Float.BYTES / 2;
        }
        assertTrue(seen, "SameDiff holds variables once: Graph need not set array holders");
    }

    private float value(SDVariable variable) {
        return graph.output(Map.of(), variable.name()).get(variable.name()).getFloat(0);
    }

    /** Through SameDiff's own backward pass, as {@code calculateGradients} goes. */
    private void assertNoBackpropagation(String variable, SDVariable output, String message) {
        output.sum("loss");
        graph.setLossVariables("loss");
        assertThrows(RuntimeException.class, () -> graph.calculateGradients(Map.of(), variable), message);
    }

    private void assertNoGradient(SDVariable output, String message) {
        assertThrows(
                UnsupportedOperationException.class,
                () -> graph.getVariableOutputOp(output.name()).doDiff(List.of(graph.onesLike(output))),
                message);
    }
}
