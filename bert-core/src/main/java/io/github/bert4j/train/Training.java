package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
import java.util.Collection;

/** A call of {@code fit} under way, as its callbacks see it. */
public interface Training {
    /** The weights that it changes. */
    Collection<Weight> weights();

    /**
     * Lets the step under way be the last one. Its epoch ends as any other, with validation and all callbacks, and
     * {@code fit} returns the history so far. Any thread may call it.
     */
    void stop();
}
