package io.github.bert4j.fuzz;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.ShardedSafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The reader of the index of several safetensors files, beside two of them. */
public final class ShardedSafeTensorsFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private ShardedSafeTensorsFuzz() {}

    /** Writes the files that the index may name. */
    public static void fuzzerInitialize() {
        for (String name : List.of("a", "b")) {
            try {
                SafeTensorsWriter.write(
                        INPUT.folder().resolve(name + ".safetensors"),
                        Map.of(),
                        List.of(NamedTensor.ofFloats(name, List.of(1L), 1)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The input is the index. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("model.safetensors.index.json", data);
        INPUT.read(
                () -> {
                    try (ShardedSafeTensors source = ShardedSafeTensors.open(file)) {
                        Tensors.readAll(source);
                    }
                },
                List.of(MalformedCheckpointException.class, NoSuchFileException.class));
    }
}
