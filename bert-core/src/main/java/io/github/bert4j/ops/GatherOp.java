package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Vectors at positions of a sequence: [batch, length, width] at positions [batch, k] → [batch, k, width], or at one
 * fixed position → [batch, width].
 */
public final class GatherOp extends GraphOp {
    private final int position;

    /** At positions that differ from sample to sample. */
    public GatherOp(SDVariable sequence, SDVariable positions) {
        super(sequence, positions);
        this.position = 0;
    }

    /** At the same position of every sample; the axis is dropped. */
    public GatherOp(SDVariable sequence, int position) {
        super(sequence);
        this.position = position;
    }

    /** The position of every sample, where there is no input that tells it. */
    public int position() {
        return position;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long batch = inputs[0].size(0);
        long width = inputs[0].size(2);
        return new long[][] {
            inputs.length == 1 ? new long[] {batch, width} : new long[] {batch, inputs[1].size(1), width}
        };
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        INDArray positions = inputs.length == 1 ? null : inputs[1];
        kernels.lookup(rows(inputs[0]), rowNumbers(inputs[0], positions, position), rows(outputs[0]), false);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable gradient = args().length == 1
                ? new Gradient(position, arg(0), outputGradients[0]).output()
                : new Gradient(position, arg(0), outputGradients[0], arg(1)).output();
        return args().length == 1 ? new SDVariable[] {gradient} : new SDVariable[] {gradient, null};
    }

    private static INDArray rowNumbers(INDArray sequence, INDArray positions, int fixed) {
        int batch = (int) sequence.size(0);
        int length = (int) sequence.size(1);
        int[] wanted =
                positions == null ? IntStream.generate(() -> fixed).limit(batch).toArray() : ints(positions);
        int perSample = wanted.length / batch;
        if (positions != null && positions.size(0) != batch) {
            throw new IllegalArgumentException("Positions of %d samples do not fit a batch of %d: expected as many"
                    .formatted(positions.size(0), batch));
        }
        for (int i = 0; i < wanted.length; i++) {
            requireInside(wanted[i], i / perSample, length);
            wanted[i] += i / perSample * length;
        }
        return Nd4j.createFromArray(wanted);
    }

    static void requireInside(int position, int sample, int length) {
        if (position < 0 || position >= length) {
            throw new IllegalArgumentException("Position %d of sample %d is outside of its sequence: expected 0 to %d"
                    .formatted(position, sample, length - 1));
        }
    }

    private static final class Gradient extends GraphOp {
        private final int position;

        Gradient(int position, SDVariable... sequenceGradientPositions) {
            super(sequenceGradientPositions);
            this.position = position;
        }

        @Override
        public String opName() {
            return "GatherGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            INDArray positions = inputs.length == 2 ? null : inputs[2];
            kernels.scatterAdd(rows(inputs[1]), rowNumbers(inputs[0], positions, position), rows(outputs[0]), false);
        }
    }
}
