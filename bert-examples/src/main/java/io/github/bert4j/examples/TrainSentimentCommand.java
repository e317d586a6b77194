package io.github.bert4j.examples;

import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.SentimentOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code train sentiment}. */
@Command(
        name = "sentiment",
        description = {
            "Learn to tell positive texts from negative ones.",
            "With --valid the bundle holds the epoch of the best validation accuracy, else the last one. The last line"
                    + " of stdout is a JSON object with the measurements of the epoch that was saved."
        })
final class TrainSentimentCommand implements Callable<Integer> {
    private static final SentimentOptions DEFAULTS = SentimentOptions.DEFAULTS;

    @ParentCommand
    private TrainCommand parent;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckpointOptions checkpoint;

    @Option(
            names = "--train",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "Lines of label (0 or 1), TAB, text; or neg.xls and pos.xls; or a directory with these two.")
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
    private int epochs = 5;

    @Option(names = "--batch", paramLabel = "N", description = "Texts per step.")
    private int batch = DEFAULTS.batchSize();

    @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate.")
    private double learningRate = DEFAULTS.learningRate();

    @Option(names = "--max-length", paramLabel = "N", description = "Characters read of each text.")
    private int maxLength = DEFAULTS.maxLength();

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed = DEFAULTS.seed();

    @Override
    public Integer call() throws IOException {
        SentimentOptions options = options();
        Console console = parent.console();
        List<Review> reviews = ReviewFiles.read(train, console::log);
        List<Review> validation = ReviewFiles.read(valid, console::log);
        console.printJson(new SentimentTraining(checkpoint, options, epochs, reviews, validation, out)
                .run(new TrainingProgress(console)));
        return ExitCode.OK;
    }

    private SentimentOptions options() {
        if (epochs < 1) {
            throw new ParameterException(spec.commandLine(), "--epochs is " + epochs + ": expected at least 1");
        }
        try {
            return new SentimentOptions(maxLength, batch, learningRate, checkpoint.gelu(), seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
