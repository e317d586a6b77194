package io.github.bert4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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

    /** Options that neither change the result nor name data, whose content counts instead. */
    private static final Set<String> UNNOTED = Set.of(
            "--train",
            "--valid",
            "--out",
            "--log",
            "--tensorboard",
            "--non-finite",
            "--state",
            "--save-every",
            "--save-minutes",
            StateOptions.RESUME,
            "--threads",
            "--profile",
            "--stacktrace",
            "--help",
            "--version");

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
    private StateOptions state;

    @Mixin
    private ComputeOptions compute;

    @Spec
    private CommandSpec spec;

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
        Checkpoints checkpoints = noting(state.checkpoints(arguments.out()));
        Console console = parent.console();
        List<S> train = read(arguments.train(), console::log);
        List<S> validation = arguments.valid().isEmpty() ? List.of() : readValidation(arguments.valid(), console::log);
        String measured = "val_" + metric;
        List<Callback> callbacks = new ArrayList<>(tuning.callbacks(measured));
        callbacks.add(checkpoints);
        var training = new Training<>(measured, arguments.epochs(), train, validation, arguments.out());
        int bestEpoch = parent.interruption()
                .during(
                        () -> training.run(this::start, checkpoint, options, compute, console, callbacks),
                        checkpoints::suspend,
                        console)
                .number();
        checkpoints.clear();
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

    /** A training goes on with the same options and validation data only; what it learns from, its state knows. */
    private Checkpoints noting(Checkpoints checkpoints) throws IOException {
        Checkpoints noting = checkpoints.noting("validation files", checksum(arguments.valid()));
        for (OptionSpec option : spec.options()) {
            if (!UNNOTED.contains(option.longestName())) {
                noting = noting.noting(option.longestName(), String.valueOf(option.<Object>getValue()));
            }
        }
        return noting;
    }

    private static String checksum(List<Path> paths) throws IOException {
        CRC32C crc = new CRC32C();
        for (Path path : paths) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    crc.update(Files.readAllBytes(file));
                }
            }
        }
        return "CRC32C %08x".formatted(crc.getValue());
    }
}
