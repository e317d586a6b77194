package io.github.bert4j.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/**
 * {@code train TASK}, whatever the task.
 *
 * @param <S> a labelled text
 */
@Command(
        footer = {
            "",
            "With --valid the bundle holds the epoch that measured best, else the last one. The last line of stdout is a"
                    + " JSON object with what evaluate prints of the bundle and the validation data."
        })
abstract class TrainTaskCommand<S> implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Task task;
    private final String metric;

    @ParentCommand
    private TrainCommand parent;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private TrainingArguments arguments;

    @Mixin
    private TuningOptions tuning;

    @Mixin
    private ComputeOptions compute;

    /** What comes before the measurements. */
    private record Report(Task task, String bundle, int epochs, int bestEpoch) {}

    /** @param metric of the validation data, which is to be large */
    TrainTaskCommand(Task task, String metric, int epochs, TrainingOptions defaults) {
        this.task = task;
        this.metric = metric;
        this.arguments = new TrainingArguments(epochs, defaults);
    }

    /** Reads what to learn from; what is wrong with it goes to {@code warnings}. */
    abstract List<S> read(List<Path> files, Consumer<String> warnings) throws IOException;

    /** Reads what to measure; called after {@link #read} for what to learn from. */
    List<S> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        return read(files, warnings);
    }

    /** The task's model on a checkpoint's weights. */
    abstract Trainable<S> start(Path checkpoint, TrainingOptions options) throws IOException;

    @Override
    public Integer call() throws IOException {
        Precision precision = compute.begin();
        TrainingOptions options = arguments.options(precision).withTuning(tuning.tuning());
        Console console = parent.console();
        List<S> train = read(arguments.train(), console::log);
        List<S> validation = arguments.valid().isEmpty() ? List.of() : readValidation(arguments.valid(), console::log);
        String measured = "val_" + metric;
        int bestEpoch = new Training<>(measured, arguments.epochs(), train, validation, arguments.out())
                .run(this::start, checkpoint, options, compute, console, tuning.callbacks(measured))
                .number();
        ObjectNode report =
                JSON.valueToTree(new Report(task, arguments.out().toString(), arguments.epochs(), bestEpoch));
        if (!validation.isEmpty()) {
            try (TrainedTask trained = TrainedTask.load(arguments.out(), List.of(), precision)) {
                // What is wrong with these files was said when they were read for training.
                Object evaluation = trained.evaluate(arguments.valid(), new ReportOptions(), line -> {});
                report.setAll(JSON.<ObjectNode>valueToTree(evaluation));
            }
        }
        console.printJson(report);
        compute.end(console);
        return ExitCode.OK;
    }
}
