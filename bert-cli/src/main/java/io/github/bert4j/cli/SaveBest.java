package io.github.bert4j.cli;

import io.github.bert4j.train.Callback;
import io.github.bert4j.train.CallbackState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

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
            requireNumbers(epoch);
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

    /** A model whose loss is NaN has no answers. */
    private static void requireNumbers(EpochEnd epoch) {
        for (String loss : List.of("loss", "val_loss")) {
            double value = epoch.metrics().getOrDefault(loss, 0.0);
            if (!Double.isFinite(value)) {
                throw new UncheckedIOException(new IOException(
                        "The model of epoch %d is not saved, since its %s is %s: the training diverged; try a lower learning rate, or gradients clipped to a norm"
                                .formatted(epoch.number(), loss, value)));
            }
        }
    }

    /** The epoch whose model is saved. */
    EpochEnd best() {
        return best;
    }

    private double score(EpochEnd epoch) {
        return epoch.metrics().get(metric);
    }
}
