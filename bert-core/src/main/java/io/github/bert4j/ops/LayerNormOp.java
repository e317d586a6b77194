package io.github.bert4j.ops;

import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Kernels;
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

    /** What is added to the variance. */
    public float epsilon() {
        return epsilon;
    }

    /** The result, mean and variance of the rows, and the sum where there is one. */
    @Override
    public int getNumOutputs() {
        return args().length == 3 ? 3 : 4;
    }

    @Override
    boolean canOmit(int output) {
        return output > 0;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] shape = inputs[0].shape();
        long[] perRow = {inputs[0].length() / inputs[0].size(-1)};
        return inputs.length == 3 ? new long[][] {shape, perRow, perRow} : new long[][] {shape, perRow, perRow, shape};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        INDArray x = inputs[0];
        if (inputs.length == 3) {
            kernels.layerNorm(rows(x), inputs[1], inputs[2], epsilon, rows(outputs[0]), outputs[1], outputs[2]);
            return;
        }
        // Without a gradient the sum is needed only until it is normalized, and borrows the room of the result.
        INDArray sum = outputs[3] == null ? outputs[0] : outputs[3];
        DropoutMask mask = step.mask(salt, rate);
        if (!mask.keepsAll()) {
            kernels.dropout(mask, x, sum);
            x = sum;
        }
        kernels.addAndNormalize(
                rows(x),
                rows(inputs[3]),
                rows(sum),
                inputs[1],
                inputs[2],
                epsilon,
                rows(outputs[0]),
                outputs[1],
                outputs[2]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] outputs = outputVariables();
        SDVariable x = args().length == 3 ? arg(0) : outputs[3];
        SDVariable[] gradients =
                new Gradient(epsilon, x, outputs[1], outputs[2], arg(1), outputGradients[0]).outputVariables();
        if (args().length == 3) {
            return gradients;
        }
        SDVariable sum = gradients[0];
        SDVariable input = rate > 0 ? new DropoutOp(rate, salt, sum).output() : sum;
        return new SDVariable[] {input, gradients[1], gradients[2], sum};
    }

    private static final class Gradient extends GraphOp {
        private final float epsilon;

        Gradient(float epsilon, SDVariable... inputs) {
            super(inputs);
            this.epsilon = epsilon;
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
            return new long[][] {inputs[0].shape(), inputs[3].shape(), inputs[3].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            kernels.layerNormGradient(
                    rows(inputs[0]),
                    inputs[1],
                    inputs[2],
                    inputs[3],
                    epsilon,
                    rows(inputs[4]),
                    rows(outputs[0]),
                    outputs[1],
                    outputs[2]);
        }
    }
}
