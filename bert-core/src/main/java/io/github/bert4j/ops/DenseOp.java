package io.github.bert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code y = x · kernel + bias} over the last axis: [… , in], [in, out], optionally [out] → [… , out]. */
public final class DenseOp extends GraphOp {

    public DenseOp(SDVariable... inputKernelBias) {
        super(inputKernelBias);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {withLast(inputs[0].shape(), inputs[1].size(1))};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        kernels.dense(rows(inputs[0]), inputs[1], inputs.length > 2 ? inputs[2] : null, rows(outputs[0]));
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] gradients = new Gradient(arg(0), arg(1), outputGradients[0]).outputVariables();
        return args().length > 2 ? gradients : new SDVariable[] {gradients[0], gradients[1]};
    }

    private static final class Gradient extends GraphOp {

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
            return new long[][] {inputs[0].shape(), inputs[1].shape(), {inputs[1].size(1)}};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            INDArray gradient = rows(inputs[2]);
            if (outputs[0] != null) {
                kernels.denseInputGradient(gradient, inputs[1], rows(outputs[0]));
            }
            if (outputs[1] != null) {
                kernels.denseKernelGradient(rows(inputs[0]), gradient, outputs[1]);
            }
            if (outputs[2] != null) {
                kernels.columnSums(gradient, outputs[2]);
            }
        }
    }
}
