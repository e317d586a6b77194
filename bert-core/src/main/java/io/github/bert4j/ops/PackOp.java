package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Leaves the padding of a batch behind: token ids and segment ids [batch, length] → the {@link Packed} view of the
 * tokens that are no padding.
 */
public final class PackOp extends GraphOp {
    private final int maxLength;
    private final int padding;
    private final int firstPosition;

    /**
     * @param maxLength the model's number of positions; longer input is refused
     * @param padding the id of padding
     * @param firstPosition that of a sequence's first token; where it is not 0, tokens are counted, not places
     */
    public PackOp(int maxLength, int padding, int firstPosition, SDVariable tokens, SDVariable segments) {
        super(tokens, segments);
        this.maxLength = maxLength;
        this.padding = padding;
        this.firstPosition = firstPosition;
    }

    /** The packed view of the batch. */
    public Packed packed() {
        SDVariable[] outputs = outputVariables();
        return new Packed(outputs[0], outputs[1], outputs[2], outputs[3], outputs[4], outputs[5]);
    }

    /** The id of padding. */
    public int padding() {
        return padding;
    }

    /** The position of a sequence's first token. */
    public int firstPosition() {
        return firstPosition;
    }

    /**
     * What is left of a batch without its padding; n is the number of real tokens.
     *
     * @param tokens token ids, [n]
     * @param segments segment ids, [n]
     * @param positions number in the table of positions, [n]
     * @param rows row in the padded batch seen as [batch · length], [n]
     * @param starts where each sequence starts in the packed rows, [batch + 1]
     * @param places place in the padded sequence, from 0, [n]
     */
    public record Packed(
            SDVariable tokens,
            SDVariable segments,
            SDVariable positions,
            SDVariable rows,
            SDVariable starts,
            SDVariable places) {}

    @Override
    public int getNumOutputs() {
        return 6;
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return Collections.nCopies(getNumOutputs(), DataType.INT32);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        if (!Arrays.equals(inputs[0].shape(), inputs[1].shape())) {
            throw new IllegalArgumentException(
                    "Segment ids of shape %s do not fit token ids of shape %s: expected the same shape"
                            .formatted(Arrays.toString(inputs[1].shape()), Arrays.toString(inputs[0].shape())));
        }
        if (inputs[0].size(1) > maxLength) {
            throw new IllegalArgumentException(
                    "The input is %d tokens long, but the model has %d positions: cut the text, or raise max_position_embeddings with a checkpoint that has them"
                            .formatted(inputs[0].size(1), maxLength));
        }
        int count = 0;
        for (int token : ints(inputs[0])) {
            count += token == padding ? 0 : 1;
        }
        if (count == 0) {
            throw new IllegalArgumentException(
                    "The batch %s holds nothing but padding (id %d): expected at least one token per batch"
                            .formatted(Arrays.toString(inputs[0].shape()), padding));
        }
        long[] real = {count};
        return new long[][] {real, real, real, real, {inputs[0].size(0) + 1}, real};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        int batch = (int) inputs[0].size(0);
        int length = (int) inputs[0].size(1);
        int[] tokens = ints(inputs[0]);
        int[] segments = ints(inputs[1]);
        int count = 0;
        int[] starts = new int[batch + 1];
        int[] rows = new int[tokens.length];
        for (int row = 0; row < tokens.length; row++) {
            if (row % length == 0) {
                starts[row / length] = count;
            }
            if (tokens[row] != padding) {
                rows[count++] = row;
            }
        }
        starts[batch] = count;
        int[] kept = Arrays.copyOf(rows, count);
        fillIfRead(outputs[0], IntStream.of(kept).map(row -> tokens[row]).toArray());
        fillIfRead(outputs[1], IntStream.of(kept).map(row -> segments[row]).toArray());
        int[] places = IntStream.of(kept).map(row -> row % length).toArray();
        fillIfRead(
                outputs[2],
                firstPosition == 0
                        ? places
                        : IntStream.range(0, count)
                                .map(i -> firstPosition + i - starts[kept[i] / length])
                                .toArray());
        fillIfRead(outputs[5], places);
        fillIfRead(outputs[3], kept);
        fillIfRead(outputs[4], starts);
    }
}
