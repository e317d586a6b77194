package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the checkpoint that a path means. */
final class CheckpointDirectory {
    /** A part of a checkpoint whose index lists all of them. */
    private static final Pattern SHARD = Pattern.compile("(.+)-\\d{5}-of-\\d{5}\\.safetensors");

    private CheckpointDirectory() {}

    static TensorSource open(Path path, OnnxNaming naming) throws IOException {
        if (Files.isDirectory(path)) {
            return open(only(path), naming);
        }
        Optional<Format> format = Format.of(path);
        Downloads.require(path);
        if (format.isEmpty() && !Files.exists(path.resolveSibling(path.getFileName() + ".index"))) {
            Downloads.requireDirectory(path);
            throw new NoSuchFileException(
                    path.toString(),
                    null,
                    "no checkpoint: expected a *.safetensors, *.onnx or *.index file, the path of a TensorFlow checkpoint's files up to '.index', or a directory with one of them");
        }
        return format.isPresent() ? format.get().opener.open(path, naming) : TensorFlowCheckpoint.open(path);
    }

    private static Path only(Path directory) throws IOException {
        List<Path> candidates;
        try (Stream<Path> files = Files.list(directory)) {
            candidates = files.filter(CheckpointDirectory::isCheckpoint)
                    .filter(file -> !isShard(file))
                    .sorted()
                    .toList();
        }
        if (candidates.isEmpty()) {
            String pytorch = Files.exists(directory.resolve("pytorch_model.bin"))
                    ? "; pytorch_model.bin cannot be read: Hugging Face's save_pretrained writes it as model.safetensors"
                    : "";
            throw new NoSuchFileException(
                    directory.toString(),
                    null,
                    "no checkpoint here: expected one *.index, *.safetensors or *.onnx, found %s%s"
                            .formatted(Downloads.listing(directory), pytorch));
        }
        if (candidates.size() > 1) {
            throw new IllegalArgumentException(directory + " has several checkpoints: "
                    + candidates.stream().map(Path::getFileName).toList()
                    + "; open the one you mean, or leave only that one in the directory");
        }
        return candidates.get(0);
    }

    private static boolean isCheckpoint(Path path) {
        return Format.of(path).isPresent();
    }

    private static boolean isShard(Path path) {
        Matcher shard = SHARD.matcher(path.getFileName().toString());
        return shard.matches() && Files.exists(path.resolveSibling(shard.group(1) + ShardedSafeTensors.SUFFIX));
    }

    private enum Format {
        TENSORFLOW(".index", (path, naming) -> TensorFlowCheckpoint.open(withoutSuffix(path, ".index"))),
        SAFETENSORS(".safetensors", (path, naming) -> SafeTensors.open(path)),
        SHARDED_SAFETENSORS(ShardedSafeTensors.SUFFIX, (path, naming) -> ShardedSafeTensors.open(path)),
        ONNX(".onnx", OnnxInitializers::open);

        private final String suffix;
        private final Opener opener;

        Format(String suffix, Opener opener) {
            this.suffix = suffix;
            this.opener = opener;
        }

        static Optional<Format> of(Path path) {
            return Stream.of(values())
                    .filter(format -> path.getFileName().toString().endsWith(format.suffix))
                    .findAny();
        }
    }

    private interface Opener {
        TensorSource open(Path path, OnnxNaming naming) throws IOException;
    }

    private static Path withoutSuffix(Path path, String suffix) {
        String name = path.getFileName().toString();
        return path.resolveSibling(name.substring(0, name.length() - suffix.length()));
    }
}
