package io.github.bert4j.cli;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a task learns from, how long and how fast, and where the result goes; the defaults are the task's. */
final class TrainingArguments {
    /** How many times the rate of a recipe an adapter is trained with. */
    private static final double FASTER = 10;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--train",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "What to learn from, in the format above.")
    private List<Path> train;

    @Option(
            names = "--valid",
            showDefaultValue = Visibility.NEVER,
            arity = "1..*",
            paramLabel = "FILE",
            description = "The same, to be measured after every epoch.")
    private List<Path> valid = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the bundle goes.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace the bundle that is there.")
    private boolean overwrite;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Times to go through the training data.",
            converter = Numbers.AtLeastOne.class)
    private int epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Texts per step.", converter = Numbers.AtLeastOne.class)
    private int batch;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Learning rate; where it changes, its peak.",
            converter = Numbers.Positive.class)
    private double learningRate;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens read of each text in training; a Chinese character is one.",
            converter = Numbers.AtLeastOne.class)
    private int maxLength;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed;

    TrainingArguments(int epochs, TrainingOptions defaults) {
        this.epochs = epochs;
        this.batch = defaults.batchSize();
        this.learningRate = defaults.learningRate();
        this.maxLength = defaults.maxLength();
        this.seed = defaults.seed();
    }

    List<Path> train() {
        return train;
    }

    /**
     * Looks whether the bundle will have a place.
     *
     * @param resumed whether one that is there may be of this very training
     * @throws IOException if it cannot be written, or would replace another one that may stay
     */
    void requirePlace(boolean resumed) throws IOException {
        BundleWriter.requireFree(out);
        if (!overwrite && !resumed) {
            Outputs.requireNoBundle(out);
        }
        Outputs.requireDirectory(out);
    }

    /**
     * Compares options with the model before data are read.
     *
     * @return the options; a usual length that is more than the model can read is as much as it can
     * @throws ParameterException if it cannot be trained so
     */
    TrainingOptions fitting(TrainingOptions options, BertConfig config) {
        options.tuning().frozenLayers().ifPresent(frozen -> {
            if (frozen > config.numHiddenLayers()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--freeze-layers is %d: expected at most %d, the layers of this checkpoint"
                                .formatted(frozen, config.numHiddenLayers()));
            }
        });
        Optional<Integer> asked = given("--max-length") ? Optional.of(options.maxLength()) : Optional.empty();
        return options.withMaxLength(length(asked, options.maxLength(), config, spec));
    }

    /**
     * The tokens that are read of a text.
     *
     * @param asked {@code --max-length}, if it was given
     * @param usual where it was not, as far as the model can read as much
     * @throws ParameterException if more are asked for than it can
     */
    static int length(Optional<Integer> asked, int usual, BertConfig config, CommandSpec spec) {
        int longest = TrainingOptions.longest(config);
        if (asked.orElse(0) > longest) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--max-length is %d: expected at most %d for this checkpoint, whose %d positions [CLS] and [SEP] are among"
                            .formatted(asked.get(), longest, config.longestInput()));
        }
        return Math.min(asked.orElse(usual), longest);
    }

    /** Empty where nothing is to be measured. */
    List<Path> valid() {
        return valid;
    }

    Path out() {
        return out;
    }

    int epochs() {
        return epochs;
    }

    /**
     * How to train, except for the checkpoint's GELU.
     *
     * @throws ParameterException if a value makes no sense
     */
    TrainingOptions options(Precision precision) {
        return checked(
                () -> TrainingOptions.of(maxLength, batch, rate(learningRate)).withSeed(seed), precision);
    }

    /** As {@link #options(Precision)}, where what is not given is that of other options. */
    TrainingOptions options(Precision precision, TrainingOptions others) {
        return checked(
                () -> TrainingOptions.of(
                                given("--max-length") ? maxLength : others.maxLength(),
                                given("--batch") ? batch : others.batchSize(),
                                given("--lr") ? learningRate : rate(others.learningRate()))
                        .withSeed(given("--seed") ? seed : others.seed()),
                precision);
    }

    /** What adapts from nothing learns faster than what is trained already. */
    private double rate(double usual) {
        return given(LowRankOptions.LORA) && !given("--lr") ? FASTER * usual : usual;
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private TrainingOptions checked(Supplier<TrainingOptions> options, Precision precision) {
        try {
            return options.get().withPrecision(precision);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
