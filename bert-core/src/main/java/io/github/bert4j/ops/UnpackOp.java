package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Puts packed rows back into the batch: [n, width], rows [n], token ids [batch, length] → [batch, length, width], zero at padding. */
public final class UnpackOp extends GraphOp {

    public UnpackOp(SDVariable packed, SDVariable rows, SDVariable tokens) {
        super(packed, rows, tokens);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {{inputs[2].size(0), inputs[2].size(1), inputs[0].size(1)}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        kernels.scatterAdd(inputs[0], inputs[1], rows(outputs[0]), false);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new SDVariable[] {new Gradient(outputGradients[0], arg(1)).output(), null, null};
    }

    private static final class Gradient extends GraphOp {

        Gradient(SDVariable outputGradient, SDVariable rows) {
            super(outputGradient, rows);
        }

        @Override
        public String opName() {
            return "UnpackGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {{inputs[1].length(), inputs[0].size(2)}};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            kernels.lookup(rows(inputs[0]), inputs[1], outputs[0], false);
        }
    }
}
