package io.github.bert4j.tokenize;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Code points on their way through the tokenizer, each with the range of the original text it came from. */
final class TrackedText {
    /** Stands for half of a surrogate pair, which is no character. */
    private static final int REPLACEMENT = 0xFFFD;

    private int[] codePoints;
    private int[] starts;
    private int[] ends;
    private int length;

    TrackedText() {
        this(32);
    }

    /** @param capacity how many code points are expected */
    TrackedText(int capacity) {
        codePoints = new int[Math.max(4, capacity)];
        starts = new int[codePoints.length];
        ends = new int[codePoints.length];
    }

    /** A text as it is. */
    static TrackedText of(String text) {
        TrackedText result = new TrackedText(text.length());
        for (int start = 0, end; start < text.length(); start = end) {
            int codePoint = text.codePointAt(start);
            end = start + Character.charCount(codePoint);
            boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            result.append(half ? REPLACEMENT : codePoint, start, end);
        }
        return result;
    }

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

    /** Some of it, from one place to before another. */
    TrackedText part(int from, int to) {
        if (from == 0 && to == length) {
            return this;
        }
        TrackedText part = new TrackedText(to - from);
        System.arraycopy(codePoints, from, part.codePoints, 0, to - from);
        System.arraycopy(starts, from, part.starts, 0, to - from);
        System.arraycopy(ends, from, part.ends, 0, to - from);
        part.length = to - from;
        return part;
    }

    String string(int from, int to) {
        return new String(codePoints, from, to - from);
    }

    boolean startsWith(int[] prefix, int from) {
        return from + prefix.length <= length
                && Arrays.equals(codePoints, from, from + prefix.length, prefix, 0, prefix.length);
    }

    TrackedText without(IntPredicate dropped) {
        TrackedText result = new TrackedText(length);
        for (int i = 0; i < length; i++) {
            if (!dropped.test(codePoints[i])) {
                result.append(codePoints[i], starts[i], ends[i]);
            }
        }
        return result;
    }

    /** Something to be replaced: its length at a place, 0 where it is not. */
    interface Occurrence {
        int length(int from, TrackedText text);
    }

    /** With something else in the place of each occurrence; that comes from where the occurrence's last character came. */
    TrackedText replacing(Occurrence occurrence, String content) {
        TrackedText result = new TrackedText(length);
        for (int i = 0; i < length; ) {
            int found = occurrence.length(i, this);
            if (found == 0) {
                result.append(codePoints[i], starts[i], ends[i]);
                i++;
            } else {
                i += found;
                int last = i - 1;
                content.codePoints().forEach(c -> result.append(c, starts[last], ends[last]));
            }
        }
        return result;
    }

    void clear() {
        length = 0;
    }
}
