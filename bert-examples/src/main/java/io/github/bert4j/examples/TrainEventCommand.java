package io.github.bert4j.examples;

import io.github.bert4j.event.SubjectOptions;
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

/** {@code train event}. */
@Command(
        name = "event",
        description = {
            "Learn to find whose event it is that a text tells of.",
            "With --valid the bundle holds the epoch of the best exact match, else the last one. The last line of stdout"
                    + " is a JSON object with the measurements of the epoch that was saved."
        })
final class TrainEventCommand implements Callable<Integer> {
    private static final SubjectOptions DEFAULTS = SubjectOptions.DEFAULTS;

    @ParentCommand
    private TrainCommand parent;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private ComputeOptions compute;

    @Mixin
    private TrainingOptions training = new TrainingOptions(
            SubjectOptions.DEFAULT_EPOCHS, DEFAULTS.batchSize(), DEFAULTS.learningRate(), DEFAULTS.seed());

    @Option(
            names = "--train",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "CSV without a header: id, text, event type, entity; the type 其他 stands for no event.")
    private List<Path> train;

    @Option(
            names = "--valid",
            showDefaultValue = Visibility.NEVER,
            arity = "1..*",
            paramLabel = "FILE",
            description = "The same, to be measured after every epoch.")
    private List<Path> valid = List.of();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Characters read of each text in training; otherwise texts are read whole.")
    private int maxLength = DEFAULTS.maxLength();

    @Override
    public Integer call() throws IOException {
        SubjectOptions options = training.check(() -> new SubjectOptions(
                maxLength, training.batch(), training.learningRate(), checkpoint.gelu(), training.seed()));
        Console console = parent.console();
        List<EventRow> rows = EventFiles.read(train, console::log);
        List<EventRow> validation = EventFiles.read(valid, console::log);
        console.printJson(
                new EventTraining(checkpoint, compute, options, training.epochs(), rows, validation, training.out())
                        .run(console));
        compute.end(console);
        return ExitCode.OK;
    }
}
