package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What one lookup adds to its table's gradient: {@code gradients[i]} to row {@code indices[i]}. The sum over lookups in a
 * table can be had as a whole array or as those rows that are not 0, whose elements are the same.
 *
 * @param indices int32 of any shape
 * @param gradients those of the rows looked up, the indices' shape with the table's width appended
 */
record Lookup(SDVariable indices, SDVariable gradients) {

    /** Adds the sum to the graph as an array of the table's shape. */
    static SDVariable whole(SDVariable table, List<Lookup> lookups) {
        return new TableGradientOp(Stream.concat(variables(lookups), Stream.of(table))).output();
    }

    /** Adds the sum to the graph as indices [n], ascending and each once, and their rows [n, width]. */
    static SDVariable[] rows(List<Lookup> lookups) {
        return new RowGradientsOp(variables(lookups)).outputVariables();
    }

    private static Stream<SDVariable> variables(List<Lookup> lookups) {
        return lookups.stream().flatMap(lookup -> Stream.of(lookup.indices(), lookup.gradients()));
    }

    private static final class TableGradientOp extends GraphOp {

        TableGradientOp(Stream<SDVariable> lookupsAndTable) {
            super(lookupsAndTable.toArray(SDVariable[]::new));
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[inputs.length - 1].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            for (int i = 0; i < inputs.length - 1; i += 2) {
                kernels.scatterAdd(rows(inputs[i + 1]), inputs[i], outputs[0], i > 0);
            }
        }
    }

    private static final class RowGradientsOp extends GraphOp {

        RowGradientsOp(Stream<SDVariable> lookups) {
            super(lookups.toArray(SDVariable[]::new));
        }

        @Override
        public int getNumOutputs() {
            return 2;
        }

        @Override
        public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
            return List.of(DataType.INT32, DataType.FLOAT);
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            long count = indices(inputs).length;
            return new long[][] {{count}, {count, inputs[1].size(-1)}};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            int[] indices = indices(inputs);
            fillIfRead(outputs[0], indices);
            for (int i = 0; i < inputs.length; i += 2) {
                int[] targets = IntStream.of(ints(inputs[i]))
                        .map(index -> Arrays.binarySearch(indices, index))
                        .toArray();
                kernels.scatterAdd(rows(inputs[i + 1]), Nd4j.createFromArray(targets), outputs[1], i > 0);
            }
        }

        @Override
        boolean canOmit(int output) {
            return output == 0;
        }

        private static int[] indices(INDArray[] inputs) {
            return IntStream.range(0, inputs.length / 2)
                    .flatMap(i -> IntStream.of(ints(inputs[2 * i])))
                    .sorted()
                    .distinct()
                    .toArray();
        }
    }
}
