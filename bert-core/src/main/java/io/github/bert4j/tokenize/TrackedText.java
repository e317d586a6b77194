package io.github.bert4j.tokenize;

import java.util.Arrays;

/** Code points on their way through the tokenizer, each with the range of the original text it came from. */
final class TrackedText {
    private int[] codePoints = new int[32];
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private int length;

    int length() {
        return length;
    }

    int codePoint(int index) {
        return codePoints[index];
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index) {
        return ends[index];
    }

    void append(int codePoint, int start, int end) {
        if (length == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, 2 * length);
            starts = Arrays.copyOf(starts, 2 * length);
            ends = Arrays.copyOf(ends, 2 * length);
        }
        codePoints[length] = codePoint;
        starts[length] = start;
        ends[length] = end;
        length++;
    }

    /** Gives the last code point, if there is one, the original text up to {@code end}: a mark that was dropped. */
    void extendLast(int end) {
        if (length > 0) {
            ends[length - 1] = end;
        }
    }

    void clear() {
        length = 0;
    }
}
