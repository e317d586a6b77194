package io.github.bert4j.train;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops training when it no longer gets better.
 *
 * <pre>{@code
 * model.fit(train, 20, validation, new EarlyStopping(Monitor.max("val_accuracy"), 3).restoringBestWeights());
 * }</pre>
 *
 * <p>Each call of {@code fit} is judged by itself. Source: Keras' {@code EarlyStopping}.
 */
public final class EarlyStopping implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(EarlyStopping.class);

    private static final String WAITED = "waited";

    private final Monitor monitor;
    private final int patience;
    private final double minDelta;
    private final boolean restoresBestWeights;
    private final WeightCopies bestWeights = new WeightCopies();
    private Best best;
    private int waited;

    /**
     * Stops after some epochs without any improvement.
     *
     * @param patience how many: 1 stops at the first epoch that is not better than the best one; 0 does the same, as in
     *     Keras
     * @throws IllegalArgumentException if it is negative
     */
    public EarlyStopping(Monitor monitor, int patience) {
        this(monitor, patience, 0, false);
    }

    private EarlyStopping(Monitor monitor, int patience, double minDelta, boolean restoresBestWeights) {
        if (patience < 0) {
            throw new IllegalArgumentException("A patience of " + patience + " epochs: expected at least 0");
        }
        if (!(minDelta >= 0)) {
            throw new IllegalArgumentException("A change of at least " + minDelta + ": expected 0 or more");
        }
        this.monitor = monitor;
        this.patience = patience;
        this.minDelta = minDelta;
        this.restoresBestWeights = restoresBestWeights;
        this.best = new Best(monitor, minDelta);
    }

    /**
     * The same, but an epoch is an improvement only if it is better than the best one by more than this.
     *
     * @throws IllegalArgumentException if it is negative or not a number
     */
    public EarlyStopping withMinDelta(double least) {
        return new EarlyStopping(monitor, patience, least, restoresBestWeights);
    }

    /**
     * The same, and when training ends, in whatever way, the weights are those of its best epoch. They are kept in memory,
     * which takes as much as the weights once more; the optimizer's state stays that of the last step.
     */
    public EarlyStopping restoringBestWeights() {
        return new EarlyStopping(monitor, patience, minDelta, true);
    }

    /** The best epoch of the last training; empty if there was none. */
    public Optional<EpochEnd> best() {
        return best.epoch();
    }

    @Override
    public void onTrainingStart() {
        best = new Best(monitor, minDelta);
        waited = 0;
    }

    /** @throws IllegalArgumentException if the metric was not measured */
    @Override
    public void onEpochEnd(EpochEnd epoch) {
        if (best.isImprovedBy(epoch)) {
            waited = 0;
            if (restoresBestWeights) {
                bestWeights.take(epoch.training().weights());
            }
            return;
        }
        waited++;
        if (waited >= patience) {
            LOG.info("Training stops at epoch {}: {} has not improved for {} epochs", epoch.number(), monitor, waited);
            epoch.training().stop();
        }
    }

    @Override
    public CallbackState state() {
        CallbackState epoch = best.state("EarlyStopping by %s, patience %d, change of at least %s%s"
                .formatted(monitor, patience, minDelta, restoresBestWeights ? ", restoring the best weights" : ""));
        Map<String, Double> numbers = new TreeMap<>(epoch.numbers());
        numbers.put(WAITED, (double) waited);
        return new CallbackState(epoch.what(), numbers, bestWeights.copies());
    }

    @Override
    public void restore(CallbackState state) {
        best.restore(state);
        waited = state.numbers().get(WAITED).intValue();
        bestWeights.take(state.weights());
    }

    @Override
    public void onTrainingEnd() {
        bestWeights.restore();
        bestWeights.close();
    }
}
