package io.github.bert4j.train;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Is told how training goes, and may end it; override what is of interest, or give a lambda to {@link #onStepEnd(Consumer)}
 * or {@link #onEpochEnd(Consumer)}.
 */
public interface Callback {
    /**
     * An epoch starts.
     *
     * @param number from 1
     * @param epochs how many there will be
     * @param steps updates per epoch: batches, or groups of them where gradients are accumulated
     * @param samples samples per epoch
     * @param samplesDone of an epoch that was interrupted and is taken up again; else 0
     */
    record EpochStart(int number, int epochs, int steps, int samples, int samplesDone) {}

    /**
     * A step is done.
     *
     * @param epoch from 1
     * @param step within the epoch, from 1
     * @param samples in its batch
     * @param loss mean of the epoch so far
     * @param metrics of the epoch so far, by name
     * @param learningRate of this step; NaN if the optimizer tells none
     * @param training which it is a step of
     */
    record StepEnd(
            int epoch,
            int step,
            int samples,
            double loss,
            Map<String, Double> metrics,
            double learningRate,
            Training training) {}

    /**
     * An epoch is done.
     *
     * @param number from 1
     * @param metrics {@code loss} and each metric, and with {@code val_} before the name those on validation data
     * @param learningRate of its last step; NaN if the optimizer tells none
     * @param training which it is an epoch of
     */
    record EpochEnd(int number, Map<String, Double> metrics, double learningRate, Training training) {}

    /** Training starts. */
    default void onTrainingStart() {}

    default void onEpochStart(EpochStart epoch) {}

    default void onStepEnd(StepEnd step) {}

    default void onEpochEnd(EpochEnd epoch) {}

    /** Training is over: done, stopped or failed, perhaps before it had started. What was opened is closed here. */
    default void onTrainingEnd() {}

    /** What it must remember over an interruption of the training, asked for between two steps; by default nothing. */
    default CallbackState state() {
        return CallbackState.NONE;
    }

    /** Training goes on after an interruption, from this {@link #state}; told after {@link #onTrainingStart}. */
    default void restore(CallbackState state) {}

    /** A callback that does something after every step. */
    static Callback onStepEnd(Consumer<StepEnd> action) {
        return new Callback() {
            @Override
            public void onStepEnd(StepEnd step) {
                action.accept(step);
            }
        };
    }

    /**
     * A callback that does something after every epoch:
     *
     * <pre>{@code
     * model.fit(train, 10, validation, Callback.onEpochEnd(epoch -> log.info("{}", epoch.metrics())));
     * }</pre>
     */
    static Callback onEpochEnd(Consumer<EpochEnd> action) {
        return new Callback() {
            @Override
            public void onEpochEnd(EpochEnd epoch) {
                action.accept(epoch);
            }
        };
    }
}
