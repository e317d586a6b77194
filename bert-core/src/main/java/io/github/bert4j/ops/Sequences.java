package io.github.bert4j.ops;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where each sequence of a batch lies in its packed rows.
 *
 * @param starts row of each sequence's first token, and the number of rows at the end: [batch + 1]
 */
public record Sequences(int[] starts) {

    static Sequences of(INDArray starts) {
        return new Sequences(GraphOp.ints(starts));
    }

    public int count() {
        return starts.length - 1;
    }

    public int start(int sequence) {
        return starts[sequence];
    }

    public int length(int sequence) {
        return starts[sequence + 1] - starts[sequence];
    }

    /** Where a sequence's attention probabilities start: Σ heads · length² of those before it. */
    public long[] probabilityOffsets(int heads) {
        long[] offsets = new long[starts.length];
        for (int i = 0; i < count(); i++) {
            offsets[i + 1] = offsets[i] + (long) heads * length(i) * length(i);
        }
        return offsets;
    }
}
