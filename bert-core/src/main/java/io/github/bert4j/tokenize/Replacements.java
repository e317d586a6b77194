package io.github.bert4j.tokenize;

import java.util.Arrays;

/**
 * A changed text in the making, where each character says how many of the text before it stands for.
 *
 * <p>Source: {@code NormalizedString::transform} of huggingface/tokenizers, down to what it does with a character that becomes
 * nothing: the one before takes it over, and at the start of the text no one does, so that all that follow move by one.
 */
final class Replacements {
    private int[] codePoints;
    /** 1 for one more than before, 0 for one in the place of another, −n for one in the place of n more. */
    private int[] changes;

    private int count;

    Replacements(int capacity) {
        codePoints = new int[Math.max(4, capacity)];
        changes = new int[codePoints.length];
    }

    void keep(int codePoint) {
        add(codePoint, 0);
    }

    /** Some text in the place of so many characters. */
    void replace(int before, String after) {
        int length = after.codePointCount(0, after.length());
        after.codePoints().forEach(codePoint -> add(codePoint, 0));
        for (int i = 0; i < length - before; i++) {
            changes[count - 1 - i] = 1;
        }
        if (length < before && count > 0) {
            changes[count - 1] += length - before;
        }
    }

    /** @param change 1 for one more than before, 0 for one in the place of another, −n for one in the place of n more */
    void add(int codePoint, int change) {
        if (count == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, 2 * count);
            changes = Arrays.copyOf(changes, 2 * count);
        }
        codePoints[count] = codePoint;
        changes[count++] = change;
    }

    TrackedText of(TrackedText before) {
        TrackedText result = new TrackedText(count);
        int read = 0;
        for (int i = 0; i < count; i++) {
            int source = changes[i] > 0 ? read - 1 : read;
            if (source < 0) {
                result.append(codePoints[i], 0, 0);
            } else {
                result.append(codePoints[i], before.start(source), before.end(source));
            }
            read += changes[i] > 0 ? 0 : 1 - changes[i];
        }
        return result;
    }
}
