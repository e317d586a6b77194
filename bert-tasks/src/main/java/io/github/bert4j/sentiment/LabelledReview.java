package io.github.bert4j.sentiment;

/**
 * A text and what it says.
 *
 * @param label 1 positive, 0 negative
 */
public record LabelledReview(int label, String text) {
    public LabelledReview {
        if (label != 0 && label != 1) {
            throw new IllegalArgumentException("Label " + label + " of \"" + text + "\": expected 0 or 1");
        }
    }
}
