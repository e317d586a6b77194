package io.github.bert4j.sentiment;

/**
 * What a classifier says about a text.
 *
 * @param text as it was given
 * @param positive the probability that it is positive
 */
public record Sentiment(String text, double positive) {

    /** 1 positive, 0 negative. */
    public int label() {
        return positive > 0.5 ? 1 : 0;
    }

    /** The probability of {@link #label}. */
    public double probability() {
        return label() == 1 ? positive : 1 - positive;
    }
}
