package io.github.bert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code y = x · kernel + bias} over the last axis: [… , in], a kernel, optionally [out] → [… , out]. */
public final class DenseOp extends GraphOp {
    private final KernelLayout layout;

    /** With a kernel [in, out]. */
    public DenseOp(SDVariable... inputKernelBias) {
        this(KernelLayout.IN_OUT, inputKernelBias);
    }

    public DenseOp(KernelLayout layout, SDVariable... inputKernelBias) {
        super(inputKernelBias);
        this.layout = layout;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {withLast(inputs[0].shape(), units(inputs[1]))};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        INDArray bias = inputs.length > 2 ? inputs[2] : null;
        kernels.dense(rows(inputs[0]), inputs[1], layout, bias, rows(outputs[0]));
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] gradients = new Gradient(arg(0), arg(1), outputGradients[0]).outputVariables();
        return args().length > 2 ? gradients : new SDVariable[] {gradients[0], gradients[1]};
    }

    private long units(INDArray kernel) {
        return kernel.size(layout == KernelLayout.IN_OUT ? 1 : 0);
    }

    private final class Gradient extends GraphOp {

        Gradient(SDVariable input, SDVariable kernel, SDVariable outputGradient) {
            super(input, kernel, outputGradient);
        }

        @Override
        public String opName() {
            return "DenseGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return 3;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape(), inputs[1].shape(), {units(inputs[1])}};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            INDArray gradient = rows(inputs[2]);
            if (outputs[0] != null) {
                kernels.denseInputGradient(gradient, inputs[1], layout, rows(outputs[0]));
            }
            if (outputs[1] != null) {
                kernels.denseKernelGradient(rows(inputs[0]), gradient, layout, outputs[1]);
            }
            if (outputs[2] != null) {
                kernels.columnSums(gradient, outputs[2]);
            }
        }
    }
}
