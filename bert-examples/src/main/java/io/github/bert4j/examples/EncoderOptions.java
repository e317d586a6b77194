package io.github.bert4j.examples;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model makes vectors of texts, and how. */
final class EncoderOptions {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source;

    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max",
            showDefaultValue = Visibility.NEVER,
            description =
                    "The vector of [CLS], or the mean or the largest of the tokens' numbers. Default: what a bundle"
                            + " for similarity was trained with, else cls.")
    private Optional<Pooling> pooling = Optional.empty();

    @Mixin
    private ComputeOptions compute;

    /** A bundle or a checkpoint. */
    static final class Source {
        @Option(
                names = "--bundle",
                paramLabel = "BUNDLE",
                description = "What train saved, for any task, or a zip of it.")
        private Path bundle;

        @ArgGroup(exclusive = false)
        private CheckpointOptions checkpoint;
    }

    SentenceEncoder load() throws IOException {
        TrainingOptions options = SentenceEncoder.DEFAULTS.withPrecision(compute.begin());
        SentenceEncoder encoder = source.bundle == null
                ? source.checkpoint.read((directory, gelu) ->
                        SentenceEncoder.fromCheckpoint(directory, pooling.orElse(Pooling.CLS), options.withGelu(gelu)))
                : load(source.bundle, options);
        compute.watch(encoder.model().graph());
        return encoder;
    }

    /** Says how the model computed, if that is asked for. */
    void end(Console console) {
        compute.end(console);
    }

    private SentenceEncoder load(Path path, TrainingOptions options) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            return bundle.task() == Task.SIMILARITY && pooling.isEmpty()
                    ? SentenceEncoder.load(bundle, options.precision())
                    : SentenceEncoder.fromBundle(bundle, pooling.orElse(Pooling.CLS), options);
        }
    }
}
