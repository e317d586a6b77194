package io.github.bert4j.train;

import io.github.bert4j.train.Callback.EpochEnd;

/**
 * The number by which one epoch is better than another.
 *
 * @param metric as callbacks are told it, such as {@code val_accuracy}
 * @param direction which way is better
 */
public record Monitor(String metric, Direction direction) {

    /** Which of two numbers is the better one. */
    public enum Direction {
        /** The larger one, as with accuracy. */
        MAX,
        /** The smaller one, as with a loss. */
        MIN
    }

    /** A metric that is better the larger it is. */
    public static Monitor max(String metric) {
        return new Monitor(metric, Direction.MAX);
    }

    /** A metric that is better the smaller it is. */
    public static Monitor min(String metric) {
        return new Monitor(metric, Direction.MIN);
    }

    /** By how much one value is better than another; negative if it is worse. */
    double gain(double value, double other) {
        return switch (direction) {
            case MAX -> value - other;
            case MIN -> other - value;
        };
    }

    /**
     * The metric of an epoch.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    double value(EpochEnd epoch) {
        Double value = epoch.metrics().get(metric);
        if (value == null) {
            throw new IllegalArgumentException(
                    "\"%s\" is not measured in this training: expected one of %s; those of validation data need such data"
                            .formatted(metric, epoch.metrics().keySet()));
        }
        return value;
    }
}
