package io.github.bert4j.testdata;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small BERT with an adapter of Hugging Face's peft, and what that computes; made by {@code src/peer/make_adapter.py}. */
public final class AdapterFiles {
    /** With {@code ids}, {@code output}, {@code factors}, and the {@code gradients} of Σ output · factors by their names. */
    public static final String EXPECTED = "expected.json";

    private AdapterFiles() {}

    /** Writes a checkpoint and {@link #EXPECTED}, and the adapter's files into a directory {@code adapter} in it. */
    public static Path write(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("adapter"));
        for (String file : List.of(
                "config.json",
                "model.safetensors",
                "vocab.txt",
                "adapter_config.json",
                "adapter_model.safetensors",
                EXPECTED)) {
            try (InputStream in = AdapterFiles.class.getResourceAsStream("adapter/" + file)) {
                Files.copy(in, directory.resolve(file.startsWith("adapter") ? "adapter/" + file : file));
            }
        }
        return directory;
    }
}
