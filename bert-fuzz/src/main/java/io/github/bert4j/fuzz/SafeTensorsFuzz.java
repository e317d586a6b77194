package io.github.bert4j.fuzz;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.SafeTensors;
import java.nio.file.Path;
import java.util.List;

/** The safetensors reader: header and values. */
public final class SafeTensorsFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private SafeTensorsFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("model.safetensors", data);
        INPUT.read(
                () -> {
                    try (SafeTensors source = SafeTensors.open(file)) {
                        Tensors.readAll(source);
                    }
                },
                List.of(MalformedCheckpointException.class));
    }
}
