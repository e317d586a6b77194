package io.github.bert4j.train;

import java.nio.file.Path;

/** Training that ended early because {@link Checkpoints#suspend} was called; its state is saved. */
public final class SuspendedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long step;
    private final transient Path state;

    /** @param step done so far */
    public SuspendedException(long step, Path state) {
        super("Training was suspended after step %d; its state is %s, and the same call of fit goes on from it"
                .formatted(step, state));
        this.step = step;
        this.state = state;
    }

    /** Steps done. */
    public long step() {
        return step;
    }

    /** The file that the state was saved in. */
    public Path state() {
        return state;
    }
}
