package io.github.bert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layer normalization over the last axis, of one input or of {@code dropout(input) + residual}.
 *
 * <p>Source: Ba, Kiros and Hinton, "Layer Normalization"; {@code layer_norm(x + dropout(sublayer(x)))} as in
 * {@code modeling.py} of google-research/bert.
 */
public final class LayerNormOp extends GraphOp {
    private final float epsilon;
    private final float rate;
    private final int salt;

    /** Normalizes {@code input}; {@code gamma} and {@code beta} are [width]. */
    public LayerNormOp(float epsilon, SDVariable input, SDVariable gamma, SDVariable beta) {
        super(input, gamma, beta);
        this.epsilon = epsilon;
        this.rate = 0;
        this.salt = 0;
    }

    /** Normalizes {@code dropout(input) + residual}. */
    public LayerNormOp(
            float epsilon,
            float rate,
            int salt,
            SDVariable input,
            SDVariable residual,
            SDVariable gamma,
            SDVariable beta) {
        super(input, gamma, beta, residual);
        this.epsilon = epsilon;
        this.rate = rate;
        this.salt = salt;
    }

    /** The result, the normalized rows and the inverse deviations. */
    @Override
    public int getNumOutputs() {
        return 3;
    }

    @Override
    boolean canOmit(int output) {
        return output > 0;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] shape = inputs[0].shape();
        return new long[][] {shape, shape, {inputs[0].length() / inputs[0].size(-1)}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        INDArray input = inputs[0];
        if (inputs.length > 3) {
            // The sum is needed only until it is normalized, so it borrows the room of the result.
            DropoutMask mask = step.mask(salt, rate);
            if (!mask.keepsAll()) {
                kernels.dropout(mask, input, outputs[0]);
                input = outputs[0];
            }
            kernels.add(input, inputs[3], outputs[0]);
            input = outputs[0];
        }
        kernels.layerNorm(rows(input), inputs[1], inputs[2], epsilon, rows(outputs[0]), rows(outputs[1]), outputs[2]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] outputs = outputVariables();
        SDVariable[] gradients = new Gradient(outputGradients[0], arg(1), outputs[1], outputs[2]).outputVariables();
        if (args().length == 3) {
            return gradients;
        }
        SDVariable sum = gradients[0];
        SDVariable input = rate > 0 ? new DropoutOp(rate, salt, sum).output() : sum;
        return new SDVariable[] {input, gradients[1], gradients[2], sum};
    }

    private static final class Gradient extends GraphOp {

        Gradient(SDVariable outputGradient, SDVariable gamma, SDVariable normalized, SDVariable inverseDeviation) {
            super(outputGradient, gamma, normalized, inverseDeviation);
        }

        @Override
        public String opName() {
            return "LayerNormGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return 3;
        }

        @Override
        boolean canOmit(int output) {
            return output > 0;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape(), inputs[1].shape(), inputs[1].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            kernels.layerNormGradient(
                    rows(inputs[0]), inputs[1], rows(inputs[2]), inputs[3], rows(outputs[0]), outputs[1], outputs[2]);
        }
    }
}
