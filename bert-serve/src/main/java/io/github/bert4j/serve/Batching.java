package io.github.bert4j.serve;

import java.time.Duration;

/**
 * How requests are computed together.
 *
 * @param size so many texts at most at a time; 1 computes each alone
 * @param patience so long the model, when it is free, waits for more texts than there are
 * @param queue so many texts may wait at most
 */
public record Batching(int size, Duration patience, int queue) {
    /** As many as {@code predict} computes at a time, 5 ms, and 1,024 that may wait. */
    public static final Batching DEFAULTS = new Batching(32, Duration.ofMillis(5), 1024);

    public Batching {
        if (size < 1 || queue < size || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "Batches of %d texts, out of a queue of %d, after %d ms: expected at least 1 text, a queue of at least one batch, and no negative time"
                            .formatted(size, queue, patience.toMillis()));
        }
    }
}
