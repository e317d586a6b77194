package io.github.bert4j.similarity;

/**
 * Two texts and how similar they are.
 *
 * @param score the larger, the more similar; 0 and 1, or any scale, as only the order counts
 */
public record LabelledPair(double score, String first, String second) {

    /** @throws IllegalArgumentException if the score is no number that float32 can hold */
    public LabelledPair {
        if (!Float.isFinite((float) score)) {
            throw new IllegalArgumentException(
                    "Score %s of \"%s\" and \"%s\": expected a finite number".formatted(score, first, second));
        }
    }
}
