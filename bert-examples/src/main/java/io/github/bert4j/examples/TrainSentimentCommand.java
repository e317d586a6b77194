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
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

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

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private ComputeOptions compute;

    @Mixin
    private TrainingOptions training =
            new TrainingOptions(5, DEFAULTS.batchSize(), DEFAULTS.learningRate(), DEFAULTS.seed());

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

    @Option(names = "--max-length", paramLabel = "N", description = "Characters read of each text.")
    private int maxLength = DEFAULTS.maxLength();

    @Override
    public Integer call() throws IOException {
        SentimentOptions options = training.check(() -> new SentimentOptions(
                maxLength, training.batch(), training.learningRate(), checkpoint.gelu(), training.seed()));
        Console console = parent.console();
        List<Review> reviews = ReviewFiles.read(train, console::log);
        List<Review> validation = ReviewFiles.read(valid, console::log);
        console.printJson(new SentimentTraining(
                        checkpoint, compute, options, training.epochs(), reviews, validation, training.out())
                .run(new TrainingProgress(console)));
        compute.end(console);
        return ExitCode.OK;
    }
}
