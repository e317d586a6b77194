package io.github.bert4j.serve;

import java.time.Duration;

/**
 * What a request may be.
 *
 * @param bodyBytes its body's size
 * @param texts how many texts it asks about
 * @param textLength the length of each of their fields, in UTF-16 code units, which most characters are one of
 * @param arrival how long it may take from its first byte to its last
 */
public record Limits(int bodyBytes, int texts, int textLength, Duration arrival) {
    /** 1 MiB, 256 texts of 10,000 characters, 10 seconds. */
    public static final Limits DEFAULTS = new Limits(1 << 20, 256, 10_000, Duration.ofSeconds(10));

    public Limits {
        if (bodyBytes < 1 || texts < 1 || textLength < 1 || arrival.isNegative() || arrival.isZero()) {
            throw new IllegalArgumentException(
                    "Limits of %d bytes, %d texts, %d characters and %d ms: expected positive ones"
                            .formatted(bodyBytes, texts, textLength, arrival.toMillis()));
        }
    }
}
