package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds one position of every sequence among packed rows: token ids [batch, length] and where each sequence starts
 * [batch + 1] → the {@link Found} rows.
 */
public final class PositionOp extends GraphOp {
    private final int position;
    private final int padding;

    /**
     * @param position in the padded sequences, from 0
     * @param padding the id of padding
     */
    public PositionOp(int position, int padding, SDVariable tokens, SDVariable starts) {
        super(tokens, starts);
        this.position = position;
        this.padding = padding;
    }

    /** The id of padding. */
    public int padding() {
        return padding;
    }

    /** In the padded sequences, from 0. */
    public int position() {
        return position;
    }

    public Found found() {
        SDVariable[] outputs = outputVariables();
        return new Found(outputs[0], outputs[1], outputs[2], outputs[3]);
    }

    /**
     * One row per sequence, even where the position is padding: sizes so never become 0.
     *
     * @param rows packed row of the position, 0 as a stand-in where it is padding: int32 [batch]
     * @param starts where each sequence starts in what is made of these rows: 0, 1 … batch, int32 [batch + 1]
     * @param present 1, or 0 where the position is padding: float32 [batch, 1]
     * @param places the position, as often as there are sequences: int32 [batch]
     */
    public record Found(SDVariable rows, SDVariable starts, SDVariable present, SDVariable places) {}

    @Override
    public int getNumOutputs() {
        return 4;
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return List.of(DataType.INT32, DataType.INT32, DataType.FLOAT, DataType.INT32);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long batch = inputs[0].size(0);
        return new long[][] {{batch}, {batch + 1}, {batch, 1}, {batch}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        int batch = (int) inputs[0].size(0);
        int length = (int) inputs[0].size(1);
        int[] tokens = ints(inputs[0]);
        int[] starts = ints(inputs[1]);
        int[] rows = new int[batch];
        float[] present = new float[batch];
        for (int sample = 0; sample < batch; sample++) {
            GatherOp.requireInside(position, sample, length);
            int first = sample * length;
            if (tokens[first + position] != padding) {
                long before = Arrays.stream(tokens, first, first + position)
                        .filter(token -> token != padding)
                        .count();
                rows[sample] = starts[sample] + (int) before;
                present[sample] = 1;
            }
        }
        fillIfRead(outputs[0], rows);
        fillIfRead(outputs[1], IntStream.rangeClosed(0, batch).toArray());
        if (outputs[2] != null) {
            fill(outputs[2], present);
        }
        fillIfRead(outputs[3], IntStream.range(0, batch).map(sample -> position).toArray());
    }
}
