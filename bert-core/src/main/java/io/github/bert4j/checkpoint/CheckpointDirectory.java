package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the one checkpoint in a directory. */
final class CheckpointDirectory {
    private static final String TENSORFLOW = ".index";

    private CheckpointDirectory() {}

    static TensorSource open(Path directory) throws IOException {
        List<Path> candidates;
        try (Stream<Path> files = Files.list(directory)) {
            candidates =
                    files.filter(CheckpointDirectory::isCheckpoint).sorted().toList();
        }
        if (candidates.isEmpty()) {
            throw new NoSuchFileException(
                    directory.toString(), null, "no checkpoint here: expected one *.index, *.safetensors or *.onnx");
        }
        if (candidates.size() > 1) {
            throw new IllegalArgumentException(directory + " has several checkpoints: "
                    + candidates.stream().map(Path::getFileName).toList()
                    + "; open the one you mean, or leave only that one in the directory");
        }
        Path path = candidates.get(0);
        String name = path.getFileName().toString();
        return TensorFlowCheckpoint.open(path.resolveSibling(name.substring(0, name.length() - TENSORFLOW.length())));
    }

    private static boolean isCheckpoint(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(TENSORFLOW);
    }
}
