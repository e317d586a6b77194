package io.github.bert4j.train;

import java.util.Map;

/** Is told how training goes; override what is of interest. */
public interface Callback {
    /**
     * An epoch starts.
     *
     * @param number from 1
     * @param epochs how many there will be
     * @param steps updates per epoch: batches, or groups of them where gradients are accumulated
     * @param samples samples per epoch
     */
    record EpochStart(int number, int epochs, int steps, int samples) {}

    /**
     * A step is done.
     *
     * @param epoch from 1
     * @param step within the epoch, from 1
     * @param samples in its batch
     * @param loss mean of the epoch so far
     * @param metrics of the epoch so far, by name
     */
    record StepEnd(int epoch, int step, int samples, double loss, Map<String, Double> metrics) {}

    /**
     * An epoch is done.
     *
     * @param number from 1
     * @param metrics {@code loss} and each metric, and with {@code val_} before the name those on validation data
     */
    record EpochEnd(int number, Map<String, Double> metrics) {}

    default void onEpochStart(EpochStart epoch) {}

    default void onStepEnd(StepEnd step) {}

    default void onEpochEnd(EpochEnd epoch) {}
}
