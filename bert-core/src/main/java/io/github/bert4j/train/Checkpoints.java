package io.github.bert4j.train;

import java.nio.file.Path;

/**
 * Training that can be interrupted: its state is saved every so many updates, and where the file is there, the next call
 * of {@code fit} takes it up. It must be the same call on the same model and rows: what was done before is passed over,
 * batch by batch, and the rest comes to the very result of an undisturbed run.
 *
 * <p>Of workers that train together, the first one saves, and all of them read.
 *
 * @param file in the format of {@code CompiledModel.saveState}
 * @param updates from one saving to the next
 */
public record Checkpoints(Path file, int updates) implements Technique {

    /** @throws IllegalArgumentException if there is no update between two of them */
    public Checkpoints {
        if (updates < 1) {
            throw new IllegalArgumentException(
                    "A checkpoint every " + updates + " updates: expected at least 1, such as 500");
        }
    }
}
