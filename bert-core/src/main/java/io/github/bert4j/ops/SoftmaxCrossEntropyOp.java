package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Cross-entropy of classes from logits, {@code log Σ e^x - x[class]}: logits [… , classes] and class numbers [… ] → [… ].
 * With label smoothing {@code s} it is {@code log Σ e^x - (1 - s) x[class] - s mean(x)}.
 *
 * <p>A class number below 0 marks a position to leave out: its loss and gradient are 0.
 */
public final class SoftmaxCrossEntropyOp extends GraphOp {

    private final double labelSmoothing;

    public SoftmaxCrossEntropyOp(SDVariable logits, SDVariable classes) {
        this(logits, classes, 0);
    }

    /** @param labelSmoothing the share of each label that is spread evenly over all classes */
    public SoftmaxCrossEntropyOp(SDVariable logits, SDVariable classes, double labelSmoothing) {
        super(logits, classes);
        this.labelSmoothing = labelSmoothing;
    }

    /** The losses and the probabilities. */
    @Override
    public int getNumOutputs() {
        return 2;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] logits = inputs[0].shape();
        if (inputs[1].length() * inputs[0].size(-1) != inputs[0].length()) {
            throw new IllegalArgumentException(
                    "Labels of shape %s do not fit outputs of shape %s: expected a class for each position, [… ] for [… , classes]"
                            .formatted(Arrays.toString(inputs[1].shape()), Arrays.toString(logits)));
        }
        return new long[][] {Arrays.copyOf(logits, logits.length - 1), logits};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        float[] logits = floats(inputs[0]);
        int[] classes = classes(inputs[1], (int) inputs[0].size(-1));
        int width = logits.length / classes.length;
        float[] losses = new float[classes.length];
        for (int row = 0; row < classes.length; row++) {
            int start = row * width;
            double logSum = logSumExp(logits, start, width);
            double mean = 0;
            for (int i = start; i < start + width; i++) {
                mean += (double) logits[i] / width;
            }
            if (classes[row] >= 0) {
                double likelier = (1 - labelSmoothing) * logits[start + classes[row]] + labelSmoothing * mean;
                losses[row] = (float) (logSum - likelier);
            }
            for (int i = start; i < start + width; i++) {
                logits[i] = (float) Math.exp(logits[i] - logSum);
            }
        }
        fill(outputs[0], losses);
        if (outputs[1] != null) {
            fill(outputs[1], logits);
        }
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new SDVariable[] {
            new Gradient(outputVariables()[1], arg(1), outputGradients[0], labelSmoothing).output(), null
        };
    }

    /** {@code log Σ e^x} of one row. */
    static double logSumExp(float[] logits, int start, int width) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = start; i < start + width; i++) {
            largest = Math.max(largest, logits[i]);
        }
        double sum = 0;
        for (int i = start; i < start + width; i++) {
            sum += Math.exp(logits[i] - largest);
        }
        return largest + Math.log(sum);
    }

    private static int[] classes(INDArray array, int width) {
        int[] classes = ints(array);
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] >= width) {
                throw new IllegalArgumentException(
                        "Label %d (element %d of the batch) is not a class: the model has %d classes, expected 0 to %d"
                                .formatted(classes[i], i, width, width - 1));
            }
        }
        return classes;
    }

    private static final class Gradient extends GraphOp {

        private final double labelSmoothing;

        Gradient(SDVariable probabilities, SDVariable classes, SDVariable outputGradient, double labelSmoothing) {
            super(probabilities, classes, outputGradient);
            this.labelSmoothing = labelSmoothing;
        }

        @Override
        public String opName() {
            return "SoftmaxCrossEntropyGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            float[] gradient = floats(inputs[0]);
            int[] classes = classes(inputs[1], (int) inputs[0].size(-1));
            float[] factors = floats(inputs[2]);
            int width = gradient.length / classes.length;
            for (int row = 0; row < classes.length; row++) {
                float factor = classes[row] < 0 ? 0 : factors[row];
                if (classes[row] >= 0) {
                    gradient[row * width + classes[row]] -= (float) (1 - labelSmoothing);
                }
                for (int i = row * width; i < (row + 1) * width; i++) {
                    gradient[i] = (float) (gradient[i] - labelSmoothing / width) * factor;
                }
            }
            fill(outputs[0], gradient);
        }
    }
}
