package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.factory.Nd4j;

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

    private void assertNoGradient(SDVariable output, String message) {
        assertThrows(
                UnsupportedOperationException.class,
                () -> graph.getVariableOutputOp(output.name()).doDiff(List.of(graph.onesLike(output))),
                message);
    }
}
