package io.github.bert4j.relation;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Probabilities above which a token starts or ends a name.
 *
 * @param start of subjects and objects alike
 * @param end of subjects and objects alike
 */
public record Thresholds(
        @JsonProperty(required = true) double start,
        @JsonProperty(required = true) double end) {
    /** The original recipe's. */
    public static final Thresholds DEFAULTS = new Thresholds(0.5, 0.4);

    public Thresholds {
        if (!(start >= 0 && start < 1 && end >= 0 && end < 1)) {
            throw new IllegalArgumentException(
                    "Thresholds %s and %s: expected probabilities below 1".formatted(start, end));
        }
    }
}
