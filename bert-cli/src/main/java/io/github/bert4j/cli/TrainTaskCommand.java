package io.github.bert4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.datasets.DataReport;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskOption;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainedModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.NonFiniteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * {@code train TASK}, whatever the task.
 *
 * @param <S> a labelled record
 * @param <H> what a bundle keeps of the task
 */
@Command(
        footer = {
            "",
            "With --valid the bundle holds the epoch that measured best, else the last one. The last line of stdout is a"
                    + " JSON object with what evaluate prints of the bundle and the validation data."
        })
final class TrainTaskCommand<S, H extends TaskHead<S>> implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final String CONTINUE = "--continue";
    private static final String CHECKPOINT = "--checkpoint";

    private final TaskType<S, H, ? extends TaskModel<S, ?, ?>> type;

    @ParentCommand
    private TrainCommand parent;

    @Mixin
    private CheckpointOptions checkpoint;

    @Option(
            names = CONTINUE,
            paramLabel = "BUNDLE",
            description =
                    "Instead of --checkpoint: a bundle of this task to go on with, its labels and, unless they are given,"
                            + " its options. Of a bundle as --checkpoint the encoder alone is taken.")
    private Path continued;

    @Mixin
    private TrainingArguments arguments;

    @Mixin
    private TokenizerOptions tokenizer;

    @Mixin
    private TuningOptions tuning;

    @Mixin
    private StateOptions state;

    @Mixin
    private ComputeOptions compute;

    @Spec
    private CommandSpec spec;

    /** What comes before the measurements. */
    private record Report(String task, String bundle, int epochs, int bestEpoch) {}

    private TrainTaskCommand(TaskType<S, H, ? extends TaskModel<S, ?, ?>> type) {
        this.type = type;
        this.arguments =
                new TrainingArguments(type.facts().epochs(), type.facts().defaults());
    }

    /** The command for a task. */
    static CommandLine of(TaskType<?, ?, ?> type) {
        return command(type);
    }

    private static <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> CommandLine command(
            TaskType<S, H, M> type) {
        CommandLine command = new CommandLine(new TrainTaskCommand<>(type));
        CommandSpec spec = command.getCommandSpec().name(type.name());
        spec.usageMessage().description(type.facts().purpose(), type.facts().data());
        type.options().forEach(option -> spec.addOption(specification(option)));
        OptionSpec checkpoint = spec.findOption(CHECKPOINT);
        spec.remove(checkpoint);
        spec.addOption(OptionSpec.builder(checkpoint).required(false).build());
        return command;
    }

    private static OptionSpec specification(TaskOption<?> option) {
        Class<?> type = option.type();
        OptionSpec.Builder specification = OptionSpec.builder("--" + option.name())
                .type(type)
                .arity(type == Boolean.class ? "0" : "1")
                .paramLabel(
                        type.isEnum()
                                ? Arrays.stream(type.getEnumConstants())
                                        .map(TrainTaskCommand::typed)
                                        .collect(Collectors.joining("|"))
                                : type.getSimpleName().toUpperCase(Locale.ROOT))
                .required(option.required())
                .showDefaultValue(option.value().isPresent() ? Visibility.ON_DEMAND : Visibility.NEVER)
                .description(option.description());
        option.value().ifPresent(value -> specification.defaultValue(typed(value)));
        if (type == Double.class) {
            specification.converters(new Numbers.Above(option.bound()));
        } else if (type == Integer.class && option.bound() >= 0) {
            specification.converters(new Numbers.AtLeastOne());
        } else if (type == Integer.class && option.bound() >= -1) {
            specification.converters(new Numbers.AtLeastZero());
        }
        return specification.build();
    }

    /** As it is typed. */
    private static String typed(Object value) {
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
    }

    @Override
    public Integer call() throws IOException {
        requireOneStart();
        Precision precision = compute.beginTraining();
        tuning.require(!arguments.valid().isEmpty(), type.labelsWholeTexts(), arguments.out());
        Checkpoints saving = state.checkpoints(arguments.out());
        arguments.requirePlace(state.isResumed());
        Checkpoints checkpoints = OptionNotes.in(saving, spec, tokenizer, arguments.valid());
        Console console = parent.console();
        if (continued != null) {
            try (Bundle bundle = Bundle.open(continued)) {
                H head = bundle.head(type.name(), type.head());
                TrainingOptions options = arguments.fitting(
                        arguments.options(precision, type.options(bundle)).withTuning(tuning.tuning()),
                        bundle.config());
                List<S> train = read(arguments.train(), head.chosen());
                return train(
                        head,
                        () -> AdapterBase.find(bundle, Optional.empty(), found -> type.load(found, options)),
                        train,
                        precision,
                        checkpoints);
            }
        }
        TrainingOptions asked = arguments.options(precision).withTuning(tuning.tuning());
        TrainingOptions options =
                checkpoint.config().map(own -> arguments.fitting(asked, own)).orElse(asked);
        TaskOptions chosen = chosen();
        List<S> train = read(arguments.train(), chosen);
        H head = type.head(train, chosen, options, console::log);
        return train(
                head,
                () -> checkpoint.read((directory, gelu) -> model(directory, head, options.withGelu(gelu))),
                train,
                precision,
                checkpoints);
    }

    private List<S> read(List<Path> files, TaskOptions chosen) throws IOException {
        return DataReport.read(type, files, chosen, parent.console()::log);
    }

    private TaskModel<S, ?, ?> model(Path directory, H head, TrainingOptions options) throws IOException {
        Console console = parent.console();
        if (Bundle.isBundle(directory)) {
            try (Bundle bundle = Bundle.open(directory)) {
                console.log("%s was trained for %s: its encoder is taken, and nothing else; %s goes on with all of it"
                        .formatted(directory, bundle.task(), CONTINUE));
                TrainingOptions reading = tokenizer.isGiven() ? withTokenization(directory, options, console) : options;
                return AdapterBase.find(bundle, Optional.empty(), found -> type.onBundle(found, head, reading));
            }
        }
        return type.fromCheckpoint(directory, head, withTokenization(directory, options, console));
    }

    private TrainingOptions withTokenization(Path directory, TrainingOptions options, Console console)
            throws IOException {
        Tokenization tokenization = tokenizer.of(type.tokenization(directory));
        console.log("Texts are read as " + tokenization);
        return options.withTokenization(tokenization);
    }

    private int train(H head, TrainingRun.Start<S> start, List<S> train, Precision precision, Checkpoints checkpoints)
            throws IOException {
        Console console = parent.console();
        List<S> validation = List.of();
        if (!arguments.valid().isEmpty()) {
            validation = read(arguments.valid(), continued == null ? chosen() : head.chosen());
            head.check(validation, console::log);
        }
        String measured = "val_" + head.metric().orElse(type.facts().metric());
        List<Callback> callbacks = new ArrayList<>(tuning.callbacks(measured));
        callbacks.add(checkpoints);
        var training = new TrainingRun<S>(
                measured,
                (model, measuring, following) -> model.fit(train, arguments.epochs(), measuring, following),
                validation,
                arguments.out());
        int bestEpoch;
        try {
            bestEpoch = parent.interruption()
                    .during(() -> training.run(start, compute, console, callbacks), checkpoints::suspend, console)
                    .number();
        } catch (IOException | UncheckedIOException | NonFiniteException failure) {
            logKept(checkpoints, console);
            throw failure;
        }
        checkpoints.clear();
        ObjectNode report =
                JSON.valueToTree(new Report(type.name(), arguments.out().toString(), arguments.epochs(), bestEpoch));
        if (!validation.isEmpty()) {
            report.setAll(measured(validation, precision));
        }
        console.printJson(report);
        compute.end(console);
        return ExitCode.OK;
    }

    /** What a training that failed leaves, and how to go on from it. */
    private void logKept(Checkpoints checkpoints, Console console) throws IOException {
        if (Bundle.isBundle(arguments.out())) {
            console.log(arguments.out() + " holds the best epoch so far, complete");
        }
        List<Path> states = checkpoints.states();
        if (!states.isEmpty()) {
            console.log("%s holds the state of the training: the same command with %s goes on from it"
                    .formatted(states.get(0), StateOptions.RESUME));
        }
    }

    /** A bundle has labels, a tokenizer and a BERT of its own. */
    private void requireOneStart() {
        ParseResult given = spec.commandLine().getParseResult();
        if ((continued == null) == !given.hasMatchedOption(CHECKPOINT)) {
            throw new ParameterException(
                    spec.commandLine(), "Expected either %s=DIR or %s=BUNDLE".formatted(CHECKPOINT, CONTINUE));
        }
        Stream.concat(
                        Stream.concat(Stream.of("--gelu"), TokenizerOptions.NAMES.stream()),
                        type.options().stream().map(option -> "--" + option.name()))
                .filter(name -> continued != null && given.hasMatchedOption(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new ParameterException(
                            spec.commandLine(),
                            "%s with %s: that is the bundle's own; leave it out".formatted(name, CONTINUE));
                });
    }

    /** What the saved model measures, which is that of the best epoch. */
    private ObjectNode measured(List<S> validation, Precision precision) throws IOException {
        try (Bundle bundle = Bundle.open(arguments.out());
                TrainedModel<S> model =
                        AdapterBase.find(bundle, Optional.empty(), found -> type.load(found, precision))) {
            return JSON.valueToTree(model.evaluate(validation).figures());
        }
    }

    private TaskOptions chosen() {
        TaskOptions chosen = TaskOptions.NONE;
        for (TaskOption<?> option : type.options()) {
            Object value = spec.findOption("--" + option.name()).getValue();
            if (value != null) {
                chosen = chosen.with(option, value);
            }
        }
        return chosen;
    }
}
