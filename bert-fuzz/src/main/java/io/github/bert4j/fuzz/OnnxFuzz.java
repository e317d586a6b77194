package io.github.bert4j.fuzz;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.OnnxInitializers;
import java.nio.file.Path;
import java.util.List;

/** The reader of an ONNX model's graph and initializers. */
public final class OnnxFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private OnnxFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("model.onnx", data);
        INPUT.read(
                () -> {
                    try (OnnxInitializers source = OnnxInitializers.open(file)) {
                        Tensors.readAll(source);
                    }
                },
                List.of(MalformedCheckpointException.class));
    }
}
