package io.github.bert4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.datasets.DataReport;
import io.github.bert4j.datasets.Lines;
import io.github.bert4j.distillation.Distillation;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.MalformedQuestionException;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionLine;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TextLabeller;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code distill}. */
@Command(
        name = "distill",
        description = {
            "Train a smaller, faster model on what a trained one says of texts; for sentiment and classification.",
            "The texts need no labels, and should be like those that will be asked about."
        },
        footer = {
            "",
            "With --valid the bundle holds the epoch that measured best, else the last one. The last line of stdout is a"
                    + " JSON object with what evaluate prints of the bundle and the validation data."
        })
final class DistillCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TEACHER", description = "A bundle, or a zip of it.")
    private Path teacher;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Student student;

    @Option(
            names = "--train",
            arity = "1..*",
            paramLabel = "FILE",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Texts in the format that train reads for the teacher's task; their labels are not looked at.")
    private List<Path> train = List.of();

    @Option(
            names = "--texts",
            arity = "1..*",
            paramLabel = "FILE",
            showDefaultValue = Visibility.NEVER,
            description = "Texts without labels: one per line, as predict reads them.")
    private List<Path> texts = List.of();

    @Option(
            names = "--valid",
            arity = "1..*",
            paramLabel = "FILE",
            showDefaultValue = Visibility.NEVER,
            description = "Labelled data to be measured after every epoch.")
    private List<Path> valid = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the student's bundle goes.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace the bundle that is there.")
    private boolean overwrite;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Times to go through the texts.",
            converter = Numbers.AtLeastOne.class)
    private int epochs = 5;

    @Option(names = "--batch", paramLabel = "N", description = "Texts per step.", converter = Numbers.AtLeastOne.class)
    private int batch = 32;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "The peak of the learning rate, which rises in a tenth of the steps and then falls to 0.",
            converter = Numbers.Positive.class)
    private double learningRate = 1e-4;

    @Option(
            names = "--temperature",
            paramLabel = "N",
            description = "By which logits are divided: above 1, what the teacher finds less probable counts more.",
            converter = Numbers.Positive.class)
    private double temperature = Distillation.DEFAULT.temperature();

    @Option(
            names = "--hidden",
            paramLabel = "N",
            description = "How much the vectors after each layer count beside the probabilities.",
            converter = Numbers.NotNegative.class)
    private double hidden = Distillation.DEFAULT.hidden();

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed = 42;

    @Mixin
    private ComputeOptions compute;

    /** What the student starts as. */
    static final class Student {
        @Option(
                names = "--layers",
                paramLabel = "N",
                description = "The student starts as the N lowest layers of its teacher.",
                converter = Numbers.AtLeastOne.class)
        private Integer layers;

        @ArgGroup(exclusive = false)
        private CheckpointOptions checkpoint;
    }

    /** What comes before the measurements. */
    private record Report(String task, String bundle, int epochs, int bestEpoch) {}

    @Override
    public Integer call() throws IOException {
        if (train.isEmpty() && texts.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Expected texts to learn from: --train, --texts or both");
        }
        Precision precision = compute.beginTraining();
        BundleWriter.requireFree(out);
        if (!overwrite) {
            Outputs.requireNoBundle(out);
        }
        Outputs.requireDirectory(out);
        try (Bundle bundle = Bundle.open(teacher)) {
            return distill(TaskType.of(bundle), bundle, precision);
        }
    }

    private <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> int distill(
            TaskType<S, H, M> type, Bundle bundle, Precision precision) throws IOException {
        Console console = program.console();
        int bestEpoch;
        List<S> validation;
        try (M large = AdapterBase.find(bundle, Optional.empty(), found -> type.load(found.merged(), precision))) {
            TextLabeller<S> labeller = TextLabeller.of(large);
            H head = type.head().cast(large.head());
            List<Question> questions = new ArrayList<>();
            if (!train.isEmpty()) {
                DataReport.read(type, train, head.chosen(), console::log)
                        .forEach(row -> questions.add(labeller.question(row)));
            }
            for (Path file : texts) {
                questions.addAll(read(file, head));
            }
            validation = valid.isEmpty() ? List.of() : DataReport.read(type, valid, head.chosen(), console::log);
            TrainingOptions options = type.options(head)
                    .withBatchSize(batch)
                    .withLearningRate(learningRate)
                    .withSeed(seed)
                    .withPrecision(precision);
            Distillation distillation = new Distillation(temperature, hidden);
            String metric = "val_" + head.metric().orElse(type.facts().metric());
            bestEpoch = new TrainingRun<S>(
                            metric,
                            (model, measuring, callbacks) ->
                                    distillation.fit(large, model, questions, epochs, measuring, callbacks),
                            validation,
                            out)
                    .run(() -> student(type, large, head, options), compute, console, List.of())
                    .number();
        }
        ObjectNode report = JSON.valueToTree(new Report(type.name(), out.toString(), epochs, bestEpoch));
        if (!validation.isEmpty()) {
            try (Bundle written = Bundle.open(out);
                    M small = type.load(written, precision)) {
                report.setAll(
                        (ObjectNode) JSON.valueToTree(small.evaluate(validation).figures()));
            }
        }
        console.printJson(report);
        compute.end(console);
        return ExitCode.OK;
    }

    private <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> M student(
            TaskType<S, H, M> type, M large, H head, TrainingOptions options) throws IOException {
        return student.layers != null
                ? Distillation.student(type, large, student.layers, options)
                : student.checkpoint.read(
                        (directory, gelu) -> type.fromCheckpoint(directory, head, options.withGelu(gelu)));
    }

    private static List<Question> read(Path file, TaskHead<?> head) throws IOException {
        List<Question> questions = new ArrayList<>();
        try (Lines lines = Lines.of(file)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank()) {
                    try {
                        questions.add(QuestionLine.parse(line.get(), head.fields()));
                    } catch (MalformedQuestionException e) {
                        throw new IOException("%s, line %d: %s".formatted(file, lines.number(), e.getMessage()), e);
                    }
                }
            }
        }
        return questions;
    }
}
