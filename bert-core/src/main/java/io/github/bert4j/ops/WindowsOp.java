package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a convolution sees at each position: [batch, length, width] → [batch, length, size · width], the vectors around it one
 * after the other, 0 beyond the ends. Of an even number one more lies behind than before.
 */
public final class WindowsOp extends GraphOp {
    private final int size;

    /** @param size positions in a window */
    public WindowsOp(int size, SDVariable sequence) {
        super(sequence);
        this.size = size;
    }

    /** Positions in a window. */
    public int size() {
        return size;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {withLast(inputs[0].shape(), size * inputs[0].size(2))};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        float[] from = floats(inputs[0]);
        float[] to = new float[from.length * size];
        int width = (int) inputs[0].size(2);
        each(inputs[0].shape(), size, (vector, place) -> System.arraycopy(from, vector, to, place, width));
        fill(outputs[0], to);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new SDVariable[] {new Gradient(size, arg(0), outputGradients[0]).output()};
    }

    /** Where a vector lies in the sequences and in a window. */
    private interface Copy {
        void copy(int vector, int place);
    }

    private static void each(long[] shape, int size, Copy copy) {
        int length = (int) shape[1];
        int width = (int) shape[2];
        int before = (size - 1) / 2;
        for (int position = 0; position < shape[0] * length; position++) {
            for (int i = 0; i < size; i++) {
                int seen = position % length - before + i;
                if (seen >= 0 && seen < length) {
                    copy.copy((position - before + i) * width, (position * size + i) * width);
                }
            }
        }
    }

    private static final class Gradient extends GraphOp {
        private final int size;

        Gradient(int size, SDVariable sequence, SDVariable outputGradient) {
            super(sequence, outputGradient);
            this.size = size;
        }

        @Override
        public String opName() {
            return "WindowsGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            float[] from = floats(inputs[1]);
            int width = (int) inputs[0].size(2);
            float[] to = new float[(int) inputs[0].length()];
            each(inputs[0].shape(), size, (vector, place) -> {
                for (int i = 0; i < width; i++) {
                    to[vector + i] += from[place + i];
                }
            });
            fill(outputs[0], to);
        }
    }
}
