package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Training;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** A call of {@code fit} under way and the callbacks that follow it. */
final class Fitting implements Training, AutoCloseable {
    private final Collection<Weight> weights;
    private final List<Callback> callbacks;
    private volatile boolean stopped;

    Fitting(Collection<Weight> weights, List<Callback> callbacks) {
        this.weights = Collections.unmodifiableCollection(weights);
        this.callbacks = callbacks;
    }

    @Override
    public Collection<Weight> weights() {
        return weights;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    boolean goesOn() {
        return !stopped;
    }

    void tell(Consumer<Callback> news) {
        callbacks.forEach(news);
    }

    /** Tells every callback that training is over, whether or not another one fails at that. */
    @Override
    public void close() {
        RuntimeException failure = null;
        for (Callback callback : callbacks) {
            try {
                callback.onTrainingEnd();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
