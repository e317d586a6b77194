package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a model was trained, for training to go on so.
 *
 * @param maxLength tokens read of each text
 * @param batchSize texts per step
 * @param learningRate where it changes, its peak
 * @param seed of what is drawn
 */
public record TrainedWith(
        @JsonProperty(required = true) int maxLength,
        @JsonProperty(required = true) int batchSize,
        @JsonProperty(required = true) double learningRate,
        @JsonProperty(required = true) long seed) {

    /** @throws IllegalArgumentException if one of the first three is not positive */
    public TrainedWith {
        if (maxLength < 1 || batchSize < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException("a max length, batch size or learning rate is not positive");
        }
    }
}
