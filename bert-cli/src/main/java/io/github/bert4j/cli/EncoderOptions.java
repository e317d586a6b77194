package io.github.bert4j.cli;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SimilarityTask;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model makes vectors of texts, and how. */
final class EncoderOptions {
    private static final SimilarityTask SIMILARITY = new SimilarityTask();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source;

    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max",
            showDefaultValue = Visibility.NEVER,
            description =
                    "The vector of [CLS], or the mean or the largest of the tokens' numbers. Default: what the files of"
                            + " sentence-transformers beside the checkpoint say, or cls; a bundle for similarity knows its own.")
    private Optional<Pooling> pooling = Optional.empty();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Tokens read of each text. Default: as many as the model can; a bundle for similarity knows its own.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> maxLength = Optional.empty();

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

    /** @throws ParameterException if the options do not fit the model */
    SentenceEncoder load() throws IOException {
        TrainingOptions options = SentenceEncoder.DEFAULTS.withPrecision(compute.begin());
        SentenceEncoder encoder = source.bundle == null
                ? source.checkpoint.read((directory, gelu) -> ofCheckpoint(directory, options.withGelu(gelu)))
                : load(source.bundle, options);
        compute.watch(encoder.model().graph());
        return encoder;
    }

    /** Says how the model computed, if that is asked for. */
    void end(Console console) {
        compute.end(console);
    }

    /** Reads as much of a text as the model can, unless less is asked for. */
    private TrainingOptions fitting(TrainingOptions options, BertConfig config) {
        return options.withMaxLength(
                TrainingArguments.length(maxLength, TrainingOptions.longest(config), config, spec));
    }

    /** As a directory of sentence-transformers says, unless something else is asked for. */
    private SentenceEncoder ofCheckpoint(Path directory, TrainingOptions options) throws IOException {
        if (SentenceEncoder.isSentenceTransformers(directory) && pooling.isEmpty() && maxLength.isEmpty()) {
            return SentenceEncoder.fromSentenceTransformers(directory, options);
        }
        return SentenceEncoder.fromCheckpoint(
                directory,
                pooling.orElse(Pooling.of(directory).orElse(Pooling.CLS)),
                fitting(options, BertConfig.of(directory)));
    }

    private SentenceEncoder load(Path path, TrainingOptions options) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            if (!bundle.task().equals(SIMILARITY.name())) {
                return AdapterBase.find(
                        bundle,
                        Optional.empty(),
                        found -> SentenceEncoder.fromBundle(
                                found, pooling.orElse(Pooling.CLS), fitting(options, found.config())));
            }
            if (pooling.isPresent() || maxLength.isPresent()) {
                throw new ParameterException(
                        spec.commandLine(),
                        path + " was trained for similarity and knows its own: leave out --pooling and --max-length");
            }
            return AdapterBase.find(bundle, Optional.empty(), found -> SIMILARITY.load(found, options.precision()));
        }
    }
}
