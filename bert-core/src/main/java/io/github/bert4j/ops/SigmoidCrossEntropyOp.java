package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Binary cross-entropy of every element from logits, {@code max(x, 0) - x y + log(1 + e^-|x|)}: exact where a sigmoid in
 * float32 has long become 0 or 1. Logits and labels of one shape → that shape; the labels have no gradient.
 *
 * <p>Source: the formula in TensorFlow's {@code sigmoid_cross_entropy_with_logits}.
 */
public final class SigmoidCrossEntropyOp extends GraphOp {

    public SigmoidCrossEntropyOp(SDVariable logits, SDVariable labels) {
        super(logits, labels);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        if (!Arrays.equals(inputs[0].shape(), inputs[1].shape())) {
            throw new IllegalArgumentException(
                    "Labels of shape %s do not fit outputs of shape %s: expected the same shape"
                            .formatted(Arrays.toString(inputs[1].shape()), Arrays.toString(inputs[0].shape())));
        }
        return new long[][] {inputs[0].shape()};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        // On the heap, as ND4J's own log1p is log(1 + x) in float32, which is 0 where an answer is sure.
        float[] x = floats(inputs[0]);
        float[] labels = floats(inputs[1]);
        for (int i = 0; i < x.length; i++) {
            double likelier = Math.max(x[i], 0) - (double) x[i] * labels[i];
            x[i] = (float) (likelier + Math.log1p(Math.exp(-Math.abs(x[i]))));
        }
        fill(outputs[0], x);
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
            return "SigmoidCrossEntropyGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            outputs[0].assign(Transforms.sigmoid(inputs[0]).subi(inputs[1]).muli(inputs[2]));
        }
    }
}
