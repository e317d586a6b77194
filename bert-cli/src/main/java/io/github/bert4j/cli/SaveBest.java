package io.github.bert4j.cli;

import io.github.bert4j.train.Callback;
import io.github.bert4j.train.CallbackState;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Saves a model after every epoch that is better than all before; without validation data, after every epoch. */
final class SaveBest implements Callback {
    private final String metric;
    private final Save save;
    private EpochEnd best;

    /** Writes the model as it is now. */
    @FunctionalInterface
    interface Save {
        void save() throws IOException;
    }

    /** @param metric to be maximized, such as {@code val_accuracy} */
    SaveBest(String metric, Save save) {
        this.metric = metric;
        this.save = save;
    }

    @Override
    public void onEpochEnd(EpochEnd epoch) {
        if (best == null || !epoch.metrics().containsKey(metric) || score(epoch) > score(best)) {
            try {
                save.save();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            best = epoch;
        }
    }

    @Override
    public CallbackState state() {
        return CallbackState.ofEpoch("the best by " + metric, best);
    }

    @Override
    public void restore(CallbackState state) {
        best = state.epoch().orElse(null);
    }

    /** The epoch whose model is saved. */
    EpochEnd best() {
        return best;
    }

    private double score(EpochEnd epoch) {
        return epoch.metrics().get(metric);
    }
}
