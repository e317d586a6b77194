package io.github.bert4j.kernels;

/**
 * Where each sequence of a batch lies in its packed rows.
 *
 * @param starts row of each sequence's first token, and the number of rows at the end: [batch + 1]
 */
public record Sequences(int[] starts) {

    public int count() {
        return starts.length - 1;
    }

    public int start(int sequence) {
        return starts[sequence];
    }

    public int length(int sequence) {
        return starts[sequence + 1] - starts[sequence];
    }

    /**
     * Where the probabilities start with which each sequence of these queries attends to its keys, and their number at
     * the end: Σ heads · queries · keys of the sequences before.
     */
    public long[] probabilityOffsets(Sequences keys, int heads) {
        long[] offsets = new long[starts.length];
        for (int i = 0; i < count(); i++) {
            offsets[i + 1] = offsets[i] + (long) heads * length(i) * keys.length(i);
        }
        return offsets;
    }
}
