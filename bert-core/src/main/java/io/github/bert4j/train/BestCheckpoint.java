package io.github.bert4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Saves a model after every epoch that is better than all before, those of earlier calls of {@code fit} included.
 *
 * <pre>{@code
 * new BestCheckpoint(Monitor.max("val_accuracy"), () -> model.saveWeights(file))
 * }</pre>
 *
 * <p>Source: Keras' {@code ModelCheckpoint} with {@code save_best_only}.
 */
public final class BestCheckpoint implements Callback {
    private final Monitor monitor;
    private final Best best;
    private final Save save;

    /** Writes a model as it is now. */
    @FunctionalInterface
    public interface Save {
        void save() throws IOException;
    }

    /** @param save replaces what it saved before; {@code Model.saveWeights} does so once the new file is complete */
    public BestCheckpoint(Monitor monitor, Save save) {
        this.monitor = monitor;
        this.best = new Best(monitor, 0);
        this.save = save;
    }

    /** The epoch whose model was saved last; empty if none was. */
    public Optional<EpochEnd> best() {
        return best.epoch();
    }

    @Override
    public CallbackState state() {
        return best.state("BestCheckpoint of " + monitor);
    }

    @Override
    public void restore(CallbackState state) {
        best.restore(state);
    }

    /**
     * @throws IllegalArgumentException if the metric was not measured
     * @throws UncheckedIOException if the model cannot be saved
     */
    @Override
    public void onEpochEnd(EpochEnd epoch) {
        if (best.isImprovedBy(epoch)) {
            try {
                save.save();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
