package io.github.bert4j.cli;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.kernels.Gelu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Which BERT to start from. */
final class CheckpointOptions {
    @Option(
            names = "--checkpoint",
            required = true,
            paramLabel = "DIR",
            description =
                    "A directory of Google's, with bert_config.json, vocab.txt and a TensorFlow checkpoint (*.index),"
                            + " or of Hugging Face's, with config.json and model.safetensors; or " + BuiltInModel.NAME
                            + ": the built-in model.")
    private String checkpoint;

    @Option(
            names = "--gelu",
            paramLabel = "tanh|erf",
            showDefaultValue = Visibility.NEVER,
            description =
                    "What \"gelu\" means in this checkpoint: tanh for Google's, erf for Hugging Face's and BAAI's."
                            + " Default: erf in a config.json; else what bert_config.json tells, or tanh.")
    private Optional<Gelu> gelu = Optional.empty();

    /** What {@code --checkpoint bge-small-zh-v1.5} means. */
    static CheckpointOptions builtIn() {
        CheckpointOptions options = new CheckpointOptions();
        options.checkpoint = BuiltInModel.NAME;
        return options;
    }

    /** Reads from the checkpoint's directory; that of the built-in model lasts as long as the reading. */
    <T> T read(Reader<T> reader) throws IOException {
        if (!isBuiltIn()) {
            return read(Path.of(checkpoint), reader);
        }
        try (BuiltInModel model = BuiltInModel.unpack()) {
            return read(model.directory(), reader);
        }
    }

    private <T> T read(Path directory, Reader<T> reader) throws IOException {
        Gelu meant = gelu.orElse(BertConfig.DEFAULT_GELU);
        if (gelu.isEmpty() && !Bundle.isBundle(directory)) { // which knows its own
            meant = BertConfig.of(directory).gelu();
        }
        return reader.read(directory, meant);
    }

    /** The configuration, read before anything else; empty where it lies in a zip. */
    Optional<BertConfig> config() throws IOException {
        if (isBuiltIn()) {
            return Optional.of(BuiltInModel.CONFIG);
        }
        Path path = Path.of(checkpoint);
        boolean zipped = Bundle.isBundle(path) && !Files.isDirectory(path);
        return zipped ? Optional.empty() : Optional.of(BertConfig.of(path));
    }

    boolean isBuiltIn() {
        return checkpoint.equals(BuiltInModel.NAME);
    }

    /** Something that can be made from a checkpoint. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path directory, Gelu gelu) throws IOException;
    }
}
