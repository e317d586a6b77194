package io.github.bert4j.ops;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Kernels;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Gelu} of any shape; SameDiff's own {@code gelu} and {@code preciseGelu} compute something else. */
public final class GeluOp extends GraphOp {
    private final Gelu gelu;

    public GeluOp(Gelu gelu, SDVariable input) {
        super(input);
        this.gelu = gelu;
    }

    /** Which of the two it is. */
    public Gelu gelu() {
        return gelu;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {inputs[0].shape()};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        kernels.gelu(gelu, inputs[0], outputs[0]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new Gradient(gelu, arg(0), outputGradients[0]).outputVariables();
    }

    static final class Gradient extends GraphOp {
        private final Gelu gelu;

        Gradient(Gelu gelu, SDVariable input, SDVariable outputGradient) {
            super(input, outputGradient);
            this.gelu = gelu;
        }

        @Override
        public String opName() {
            return "GeluGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            kernels.geluGradient(gelu, inputs[0], inputs[1], outputs[0]);
        }
    }
}
