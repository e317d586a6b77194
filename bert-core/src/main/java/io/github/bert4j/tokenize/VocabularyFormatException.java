package io.github.bert4j.tokenize;

import java.io.IOException;
import java.nio.file.Path;

/** A vocabulary file that cannot be one; the message names the file, the byte offset and the remedy. */
public final class VocabularyFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    VocabularyFormatException(Path path, long offset, String problem) {
        this(path, offset, problem, null);
    }

    VocabularyFormatException(Path path, long offset, String problem, Throwable cause) {
        super("Vocabulary " + path + ", byte " + offset + ": " + problem, cause);
        this.offset = offset;
    }

    /** Where in the file the problem starts, in bytes. */
    public long offset() {
        return offset;
    }
}
