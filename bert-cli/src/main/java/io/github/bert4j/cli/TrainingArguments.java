package io.github.bert4j.cli;

import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a task learns from, how long and how fast, and where the result goes; the defaults are the task's. */
final class TrainingArguments {
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

    @Option(names = "--epochs", paramLabel = "N", description = "Times to go through the training data.")
    private int epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Texts per step.")
    private int batch;

    @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate; where it changes, its peak.")
    private double learningRate;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens read of each text in training; a Chinese character is one.")
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
        return checked(() -> TrainingOptions.of(maxLength, batch, learningRate).withSeed(seed), precision);
    }

    /** As {@link #options(Precision)}, where what is not given is that of other options. */
    TrainingOptions options(Precision precision, TrainingOptions others) {
        return checked(
                () -> TrainingOptions.of(
                                given("--max-length") ? maxLength : others.maxLength(),
                                given("--batch") ? batch : others.batchSize(),
                                given("--lr") ? learningRate : others.learningRate())
                        .withSeed(given("--seed") ? seed : others.seed()),
                precision);
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private TrainingOptions checked(Supplier<TrainingOptions> options, Precision precision) {
        if (epochs < 1) {
            throw new ParameterException(spec.commandLine(), "--epochs is " + epochs + ": expected at least 1");
        }
        try {
            return options.get().withPrecision(precision);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
