package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown when a checkpoint file is damaged, cut short, or uses a feature that is not supported. */
public final class MalformedCheckpointException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path path;
    private final long offset;
    private final String reason;

    /**
     * Names the place of the damage.
     *
     * @param path the damaged file
     * @param offset the byte of the file at which the damage was noticed
     * @param reason what was expected and what was found
     */
    public MalformedCheckpointException(Path path, long offset, String reason) {
        super(path + " at byte " + offset + ": " + reason);
        this.path = path;
        this.offset = offset;
        this.reason = reason;
    }

    /** The damaged file. */
    public Path path() {
        return path;
    }

    /** The byte of the file at which the damage was noticed. */
    public long offset() {
        return offset;
    }

    /** What was expected and what was found. */
    public String reason() {
        return reason;
    }
}
