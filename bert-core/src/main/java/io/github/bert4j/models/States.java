package io.github.bert4j.models;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.train.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of a training, files of a directory. */
record States(Checkpoints checkpoints) {
    private static final Logger LOG = LoggerFactory.getLogger(States.class);

    /** Saves a state; the one before it stays, and older ones go. */
    Path save(long step, Map<String, String> metadata, List<WeightFile.Slot> slots) throws IOException {
        Files.createDirectories(checkpoints.directory());
        Path file = checkpoints.directory().resolve("step-%d.safetensors".formatted(step));
        WeightFile.save(file, metadata, slots);
        checkpoints.removeOldStates();
        return file;
    }

    /**
     * Opens the newest state that is not damaged; damaged ones get another name.
     *
     * @return empty if there is none
     * @throws IOException if all are damaged
     */
    Optional<SafeTensors> open() throws IOException {
        MalformedCheckpointException last = null;
        for (Path file : checkpoints.states()) {
            try {
                SafeTensors source = SafeTensors.openChecked(file);
                if (last != null) {
                    LOG.warn("Training goes on from the state before the damaged one: {}", file);
                }
                return Optional.of(source);
            } catch (MalformedCheckpointException e) {
                Path aside = file.resolveSibling(file.getFileName() + ".damaged");
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
                LOG.warn("A state of the training is damaged, and is now {}: {}", aside, e.getMessage());
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
        return Optional.empty();
    }
}
