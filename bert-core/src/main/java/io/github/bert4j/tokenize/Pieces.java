package io.github.bert4j.tokenize;

import java.util.Arrays;

/** Token ids collected while a text is read, each with the range of the text it came from. */
final class Pieces {
    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int size;

    Pieces(int expectedSize) {
        ids = new int[expectedSize];
        starts = new int[expectedSize];
        ends = new int[expectedSize];
    }

    int size() {
        return size;
    }

    void add(int id, int start, int end) {
        if (size == ids.length) {
            grow();
        }
        ids[size] = id;
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    /** How many spaces a token begins, or ends, with. */
    interface Spaces {
        int of(int id, boolean atEnd);
    }

    /**
     * Leaves spaces out of the ranges of the pieces from one on.
     *
     * @param prefixed whether a text's first space may be one that it does not have
     */
    void trim(int from, Spaces spaces, boolean prefixed) {
        for (int i = from; i < size; i++) {
            int leading = spaces.of(ids[i], false);
            int trailing = spaces.of(ids[i], true);
            if (leading > 0 && prefixed && (i == 0 || starts[i] == 0)) {
                leading--;
            }
            starts[i] = Math.min(starts[i] + leading, ends[i]);
            ends[i] = Math.max(ends[i] - trailing, starts[i]);
        }
    }

    void truncate(int length) {
        size = length;
    }

    /** Copies the first {@code length} pieces to {@code position} of the three arrays. */
    void copyTo(int[] ids, int[] starts, int[] ends, int position, int length) {
        System.arraycopy(this.ids, 0, ids, position, length);
        System.arraycopy(this.starts, 0, starts, position, length);
        System.arraycopy(this.ends, 0, ends, position, length);
    }

    private void grow() {
        int capacity = Math.max(16, size + (size >> 1));
        ids = Arrays.copyOf(ids, capacity);
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
    }
}
