package io.github.bert4j.tokenize;

import java.util.Arrays;

/** Parts of a text that are cut into tokens one by one. */
final class Words {
    private final TrackedText text;
    private int[] bounds = new int[16];
    private int count;

    Words(TrackedText text) {
        this.text = text;
    }

    static Words whole(TrackedText text) {
        Words words = new Words(text);
        words.add(0, text.length());
        return words;
    }

    TrackedText text() {
        return text;
    }

    int count() {
        return count;
    }

    int from(int word) {
        return bounds[2 * word];
    }

    int to(int word) {
        return bounds[2 * word + 1];
    }

    /** Adds a part, unless it is empty. */
    void add(int from, int to) {
        if (from < to) {
            if (2 * count == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            }
            bounds[2 * count] = from;
            bounds[2 * count + 1] = to;
            count++;
        }
    }
}
