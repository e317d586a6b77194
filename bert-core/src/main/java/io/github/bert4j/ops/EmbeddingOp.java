package io.github.bert4j.ops;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum of rows looked up in one or more tables: inputs {@code indices₁, table₁, indices₂, table₂ …}, indices of any
 * one shape → that shape with the tables' width appended.
 *
 * <p>SameDiff's own {@code gather} assigns in its gradient, so repeated ids would lose all but one contribution; here
 * they add up.
 */
public final class EmbeddingOp extends GraphOp {

    public EmbeddingOp(SDVariable... indicesAndTables) {
        super(indicesAndTables);
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

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] arguments = args();
        SDVariable[] inputs = new SDVariable[arguments.length + 1];
        System.arraycopy(arguments, 0, inputs, 0, arguments.length);
        inputs[arguments.length] = outputGradients[0];
        SDVariable[] tables = new Gradient(inputs).outputVariables();
        return IntStream.range(0, arguments.length)
                .mapToObj(i -> i % 2 == 0 ? null : tables[i / 2])
                .toArray(SDVariable[]::new);
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

    private static final class Gradient extends GraphOp {

        Gradient(SDVariable... inputs) {
            super(inputs);
        }

        @Override
        public String opName() {
            return "EmbeddingGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return args().length / 2;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            long[][] shapes = new long[inputs.length / 2][];
            for (int i = 0; i < shapes.length; i++) {
                shapes[i] = inputs[2 * i + 1].shape();
            }
            return shapes;
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            INDArray gradient = rows(inputs[inputs.length - 1]);
            for (int i = 0; i < outputs.length; i++) {
                if (outputs[i] != null) {
                    kernels.scatterAdd(gradient, inputs[2 * i], outputs[i]);
                }
            }
        }
    }
}
