package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dropout of any shape while training, nothing otherwise; the gradient is the same op on the gradient.
 *
 * <p>SameDiff's own dropout has no gradient.
 */
public final class DropoutOp extends GraphOp {
    private final float rate;
    private final int salt;

    /** @param salt tells this op's masks from those of the graph's other ops */
    public DropoutOp(float rate, int salt, SDVariable input) {
        super(input);
        this.rate = rate;
        this.salt = salt;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {inputs[0].shape()};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        kernels.dropout(step.mask(salt, rate), inputs[0], outputs[0]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new DropoutOp(rate, salt, outputGradients[0]).outputVariables();
    }
}
