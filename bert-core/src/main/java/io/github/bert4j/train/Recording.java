package io.github.bert4j.train;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written about a training: if it cannot be, on a full disk, that is a warning, and the training goes on. */
public final class Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    private final Path place;
    private boolean failed;

    /** Writes something. */
    @FunctionalInterface
    public interface Writing {
        void write() throws IOException;
    }

    /** @param place named in the warning */
    public Recording(Path place) {
        this.place = place;
    }

    /** Writes, unless that failed before. */
    public void write(Writing writing) {
        if (failed) {
            return;
        }
        try {
            writing.write();
        } catch (IOException e) {
            failed = true;
            LOG.warn("{} cannot be written, and training goes on without it: {}", place, e.toString());
        }
    }
}
