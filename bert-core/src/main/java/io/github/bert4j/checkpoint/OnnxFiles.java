package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX model and the files beside it that it keeps tensors in, each opened when it is first asked for.
 *
 * <p>Source: https://onnx.ai/onnx/repo-docs/ExternalData.html.
 */
final class OnnxFiles {
    private final CheckpointFile model;
    private final Map<Path, CheckpointFile> data = new LinkedHashMap<>();

    OnnxFiles(CheckpointFile model) {
        this.model = model;
    }

    CheckpointFile model() {
        return model;
    }

    /**
     * A file that a tensor says it lies in.
     *
     * @param location relative to the model's folder
     * @param at where in the model that is said
     * @throws MalformedCheckpointException if it is not inside of that folder
     */
    CheckpointFile data(String location, long at) throws IOException {
        Path file = resolve(location, at);
        CheckpointFile open = data.get(file);
        if (open == null) {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(
                        file.toString(), null, "%s keeps tensors in it: put it there too".formatted(model.path()));
            }
            open = CheckpointFile.open(file);
            data.put(file, open);
        }
        return open;
    }

    /** All that are open, the model first. */
    List<CheckpointFile> all() {
        List<CheckpointFile> all = new ArrayList<>(List.of(model));
        all.addAll(data.values());
        return all;
    }

    private Path resolve(String location, long at) throws MalformedCheckpointException {
        Path folder = model.path().toAbsolutePath().normalize().getParent();
        try {
            Path file = folder.resolve(location).normalize();
            // Names are looked at and not links: a cache of downloads may hold links alone.
            boolean inside = !Path.of(location).isAbsolute()
                    && !location.contains("..")
                    && !location.contains("\\")
                    && file.startsWith(folder)
                    && !file.equals(folder);
            model.verify(
                    inside, at, "a tensor lies in the external file '" + location + "', which is not beside the model");
            return file;
        } catch (InvalidPathException invalid) {
            throw model.malformed(at, "a tensor lies in an external file whose name is none: " + invalid.getReason());
        }
    }
}
