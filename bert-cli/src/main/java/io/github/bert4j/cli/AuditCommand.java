package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.audit.LabelAudit;
import io.github.bert4j.audit.LabelCount;
import io.github.bert4j.audit.Suspect;
import io.github.bert4j.datasets.DataReport;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TextLabeller;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code audit}. */
@Command(
        name = "audit",
        description = {
            "Find labels that are probably wrong: models are trained without a part of the data each, and asked about it.",
            "For sentiment and classification, one JSON object per suspicious row, the most suspicious first."
        },
        footer = {
            "",
            "The last line of stdout is a JSON object: rows, issues, and both by label with what is expected instead."
        })
final class AuditCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Parameters(index = "0", paramLabel = "TASK", description = "sentiment or classification.")
    private String task;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Labelled data as train reads it.")
    private List<Path> files;

    @Mixin
    private CheckpointOptions checkpoint;

    @Option(
            names = "--folds",
            paramLabel = "N",
            description = "Parts of the data, and models to be trained.",
            converter = Numbers.AtLeastOne.class)
    private int folds = 5;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Of each model: few, since what is learned by heart is learned wrong where the label is.",
            converter = Numbers.AtLeastOne.class)
    private int epochs = 2;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            showDefaultValue = Visibility.NEVER,
            description = "Learning rate. Default: the task's.",
            converter = Numbers.Positive.class)
    private Optional<Double> learningRate = Optional.empty();

    @Option(
            names = "--top",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Rows to print. Default: those whose label is probably wrong.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> top = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed = 42;

    @Mixin
    private ComputeOptions compute;

    /** @param row from 1 */
    private record Row(
            int row, String text, String label, String expected, double probability, double expectedProbability) {}

    private record Report(
            String task,
            int rows,
            int issues,
            @JsonProperty("labels") List<LabelCount> counts) {}

    @Override
    public Integer call() throws IOException {
        Precision precision = compute.beginTraining();
        audit(TaskType.named(task), precision);
        compute.end(program.console());
        return ExitCode.OK;
    }

    private <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> void audit(
            TaskType<S, H, M> type, Precision precision) throws IOException {
        Console console = program.console();
        List<S> rows = DataReport.read(type, files, TaskOptions.NONE, console::log);
        TrainingOptions defaults = type.facts().defaults().withSeed(seed).withPrecision(precision);
        TrainingOptions options = learningRate.map(defaults::withLearningRate).orElse(defaults);
        H head = type.head(rows, TaskOptions.NONE, options, console::log);
        String[] texts = new String[rows.size()];
        LabelAudit audit = LabelAudit.crossValidate(type, rows, folds, seed, train -> {
            M model =
                    checkpoint.read((directory, gelu) -> type.fromCheckpoint(directory, head, options.withGelu(gelu)));
            compute.watch(model.model().graph());
            TextLabeller<S> labeller = TextLabeller.of(model);
            for (int i = 0; i < texts.length; i++) {
                texts[i] = text(labeller.question(rows.get(i)));
            }
            model.fit(train, epochs, console.progressBar());
            return model;
        });
        List<Suspect> shown = top.map(count -> audit.suspects().subList(0, Math.min(count, rows.size())))
                .orElseGet(audit::issues);
        for (Suspect suspect : shown) {
            console.printJson(new Row(
                    suspect.row() + 1,
                    texts[suspect.row()],
                    suspect.label(),
                    suspect.expected(),
                    suspect.probability(),
                    suspect.expectedProbability()));
        }
        console.printJson(new Report(type.name(), rows.size(), audit.issues().size(), audit.counts()));
    }

    private static String text(Question question) {
        return question.second().map(second -> question.text() + "\t" + second).orElse(question.text());
    }
}
