package io.github.bert4j.ops;

import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Queries, keys and values of the same rows, each a dense layer of its own: x [n, width], then kernel [width, width] and
 * bias [width] of each → three times [n, width], of which only those that something reads are computed.
 *
 * <p>The three gradients of x are summed where they are computed.
 */
public final class QueriesKeysValuesOp extends GraphOp {
    private static final int PROJECTIONS = 3;

    /** @param inputs x, query kernel, query bias, key kernel, key bias, value kernel, value bias */
    public QueriesKeysValuesOp(SDVariable... inputs) {
        super(inputs);
    }

    /** The three results. */
    public Projected projected() {
        SDVariable[] outputs = outputVariables();
        return new Projected(outputs[0], outputs[1], outputs[2]);
    }

    /** Queries, keys and values, [n, width] each. */
    public record Projected(SDVariable query, SDVariable key, SDVariable value) {}

    @Override
    public int getNumOutputs() {
        return PROJECTIONS;
    }

    @Override
    public List<SDVariable> coarseByColumn() {
        return IntStream.range(0, PROJECTIONS).mapToObj(i -> arg(kernel(i))).toList();
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] shape = inputs[0].shape();
        return new long[][] {shape, shape, shape};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        List<Projection> projections = new ArrayList<>();
        for (int i = 0; i < PROJECTIONS; i++) {
            if (outputs[i] != null) {
                int kernel = kernel(i);
                projections.add(new Projection(
                        kernel(arg(kernel), inputs[kernel], KernelLayout.IN_OUT, true, step),
                        inputs[kernel + 1],
                        outputs[i]));
            }
        }
        kernels.dense(inputs[0], projections);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        int[] reached = IntStream.range(0, PROJECTIONS)
                .filter(i -> outputGradients[i] != null)
                .toArray();
        List<SDVariable> inputs = new ArrayList<>(List.of(arg(0)));
        for (int i : reached) {
            inputs.add(arg(kernel(i)));
            inputs.add(outputGradients[i]);
        }
        SDVariable[] found = new Gradient(inputs.toArray(SDVariable[]::new)).outputVariables();
        SDVariable[] gradients = new SDVariable[args().length];
        gradients[0] = found[0];
        for (int i = 0; i < reached.length; i++) {
            gradients[kernel(reached[i])] = found[2 * i + 1];
            gradients[kernel(reached[i]) + 1] = found[2 * i + 2];
        }
        return gradients;
    }

    /** Where the kernel of a projection is among the inputs; its bias comes next. */
    private static int kernel(int projection) {
        return 2 * projection + 1;
    }

    /** x, then a kernel and the gradient of its product for each projection → dx, then those of kernel and bias of each. */
    private static final class Gradient extends GraphOp {

        Gradient(SDVariable... inputs) {
            super(inputs);
        }

        @Override
        public String opName() {
            return "QueriesKeysValuesGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return args().length;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            long[][] shapes = new long[inputs.length][];
            shapes[0] = inputs[0].shape();
            for (int i = 1; i < inputs.length; i += 2) {
                shapes[i] = inputs[i].shape();
                shapes[i + 1] = new long[] {inputs[i].size(1)};
            }
            return shapes;
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            for (int i = 1; i < inputs.length; i += 2) {
                INDArray gradient = inputs[i + 1];
                if (outputs[0] != null) {
                    DenseKernel kernel = DenseKernel.changing(inputs[i], KernelLayout.IN_OUT);
                    kernels.denseInputGradient(gradient, kernel, outputs[0], i > 1);
                }
                if (outputs[i] != null) {
                    kernels.denseKernelGradient(inputs[0], gradient, KernelLayout.IN_OUT, outputs[i]);
                }
                if (outputs[i + 1] != null) {
                    kernels.columnSums(gradient, outputs[i + 1]);
                }
            }
        }
    }
}
