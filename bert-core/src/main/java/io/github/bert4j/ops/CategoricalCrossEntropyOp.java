package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Cross-entropy of class probabilities from logits, {@code Σ y (log Σ e^x - x)}: logits and labels [… , classes] → [… ];
 * the labels have no gradient.
 */
public final class CategoricalCrossEntropyOp extends GraphOp {

    public CategoricalCrossEntropyOp(SDVariable logits, SDVariable labels) {
        super(logits, labels);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] logits = inputs[0].shape();
        if (!Arrays.equals(logits, inputs[1].shape())) {
            throw new IllegalArgumentException(
                    "Labels of shape %s do not fit outputs of shape %s: expected the same shape, a probability for each class"
                            .formatted(Arrays.toString(inputs[1].shape()), Arrays.toString(logits)));
        }
        return new long[][] {Arrays.copyOf(logits, logits.length - 1)};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        float[] logits = floats(inputs[0]);
        float[] labels = floats(inputs[1]);
        int width = (int) inputs[0].size(-1);
        float[] losses = new float[logits.length / width];
        for (int row = 0; row < losses.length; row++) {
            double logSum = SoftmaxCrossEntropyOp.logSumExp(logits, row * width, width);
            double sum = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                sum += labels[i] * (logSum - logits[i]);
            }
            losses[row] = (float) sum;
        }
        fill(outputs[0], losses);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new SDVariable[] {new Gradient(arg(0), arg(1), outputGradients[0]).output(), null};
    }

    private static final class Gradient extends GraphOp {

        Gradient(SDVariable logits, SDVariable labels, SDVariable outputGradient) {
            super(logits, labels, outputGradient);
        }

        @Override
        public String opName() {
            return "CategoricalCrossEntropyGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        /** {@code (p Σ y - y) · factor}. */
        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            float[] logits = floats(inputs[0]);
            float[] labels = floats(inputs[1]);
            float[] factors = floats(inputs[2]);
            int width = (int) inputs[0].size(-1);
            for (int row = 0; row < factors.length; row++) {
                double logSum = SoftmaxCrossEntropyOp.logSumExp(logits, row * width, width);
                double total = 0;
                for (int i = row * width; i < (row + 1) * width; i++) {
                    total += labels[i];
                }
                for (int i = row * width; i < (row + 1) * width; i++) {
                    logits[i] = (float) ((Math.exp(logits[i] - logSum) * total - labels[i]) * factors[row]);
                }
            }
            fill(outputs[0], logits);
        }
    }
}
