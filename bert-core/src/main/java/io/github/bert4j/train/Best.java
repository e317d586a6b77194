package io.github.bert4j.train;

import io.github.bert4j.train.Callback.EpochEnd;
import java.util.Optional;

/** The best epoch so far; one whose metric is not a number is none. */
final class Best {
    private final Monitor monitor;
    private final double minDelta;
    private EpochEnd epoch;

    /** @param minDelta what an epoch must be better by, and not just equal to */
    Best(Monitor monitor, double minDelta) {
        this.monitor = monitor;
        this.minDelta = minDelta;
    }

    /**
     * Whether an epoch is better than all before, and so the best one now.
     *
     * @throws IllegalArgumentException if the metric was not measured
     */
    boolean isImprovedBy(EpochEnd next) {
        double value = monitor.value(next);
        boolean better = epoch == null ? !Double.isNaN(value) : monitor.gain(value, monitor.value(epoch)) > minDelta;
        epoch = better ? next : epoch;
        return better;
    }

    Optional<EpochEnd> epoch() {
        return Optional.ofNullable(epoch);
    }

    /** To go on from after an interruption. */
    CallbackState state(String what) {
        return CallbackState.ofEpoch(what, epoch);
    }

    void restore(CallbackState state) {
        epoch = state.epoch().orElse(null);
    }
}
