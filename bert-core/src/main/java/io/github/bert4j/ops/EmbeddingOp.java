package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum of rows looked up in one or more tables: inputs {@code indices₁, table₁, indices₂, table₂ …}, indices of any
 * one shape → that shape with the tables' width appended.
 *
 * <p>SameDiff's own {@code gather} assigns in its gradient, so repeated ids would lose all but one contribution; here
 * they add up. {@link Gradients} keeps what a lookup adds to its table's gradient as indices and rows for as long as it
 * can.
 */
public final class EmbeddingOp extends GraphOp {

    public EmbeddingOp(SDVariable... indicesAndTables) {
        super(indicesAndTables);
    }

    @Override
    public List<SDVariable> coarseByRow() {
        return IntStream.range(0, args().length / 2)
                .mapToObj(i -> arg(2 * i + 1))
                .toList();
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] indices = inputs[0].shape();
        long[] shape = Arrays.copyOf(indices, indices.length + 1);
        shape[indices.length] = inputs[1].size(1);
        return new long[][] {shape};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        INDArray sum = rows(outputs[0]);
        for (int i = 0; i < inputs.length; i += 2) {
            requireInside(inputs[i], inputs[i + 1], args()[i + 1].name());
            kernels.lookup(inputs[i + 1], inputs[i], sum, i > 0);
        }
    }

    private static void requireInside(INDArray indices, INDArray table, String name) {
        long rows = table.size(0);
        int[] values = ints(indices);
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= rows) {
                throw new IllegalArgumentException(
                        "Id %d (element %d of the batch) is outside of %s, which has %d rows: expected 0 to %d. Was the text encoded with another vocabulary?"
                                .formatted(values[i], i, name, rows, rows - 1));
            }
        }
    }
}
