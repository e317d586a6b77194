package io.github.bert4j.fuzz;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.TensorSource;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The reader of an ONNX model's graph and initializers, and what finds BERT's names for these. */
public final class OnnxFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private OnnxFuzz() {}

    /** Writes a file that tensors may lie in. */
    public static void fuzzerInitialize() {
        INPUT.write("data", new byte[64]);
    }

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("model.onnx", data);
        INPUT.read(
                () -> {
                    try (TensorSource source = Bert.tensors(file)) {
                        Tensors.readAll(source);
                    }
                },
                List.of(MalformedCheckpointException.class, NoSuchFileException.class));
    }
}
