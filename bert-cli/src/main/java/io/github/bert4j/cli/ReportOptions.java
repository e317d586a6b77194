package io.github.bert4j.cli;

import io.github.bert4j.plots.Plots;
import io.github.bert4j.task.Report;
import io.github.bert4j.task.TaskEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The files that {@code evaluate} can write besides its line of JSON; each task has some of them. */
final class ReportOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--roc",
            paramLabel = "FILE.png",
            showDefaultValue = Visibility.NEVER,
            description = "sentiment: a picture of the ROC curve.")
    private Optional<Path> roc = Optional.empty();

    @Option(
            names = "--scores",
            paramLabel = "FILE.csv",
            showDefaultValue = Visibility.NEVER,
            description =
                    "relation, event, entity, classification, joint: precision, recall and F1 of every predicate, event type or label.")
    private Optional<Path> scores = Optional.empty();

    @Option(
            names = "--chart",
            paramLabel = "FILE.png",
            showDefaultValue = Visibility.NEVER,
            description = "relation, event, entity, classification, joint: a chart of the same.")
    private Optional<Path> chart = Optional.empty();

    @Option(
            names = "--confusion",
            paramLabel = "FILE.png",
            showDefaultValue = Visibility.NEVER,
            description = "sentiment, classification, joint: a picture of which labels are taken for which.")
    private Optional<Path> confusion = Optional.empty();

    @Option(
            names = "--report",
            paramLabel = "FILE.jsonl",
            showDefaultValue = Visibility.NEVER,
            description = "relation: text, gold, predicted, new and missing triples, a line of JSON for each text.")
    private Optional<Path> comparison = Optional.empty();

    @Option(
            names = "--predictions",
            paramLabel = "FILE",
            showDefaultValue = Visibility.NEVER,
            description = "relation, event, entity, answer: the predictions in the format of the original contest.")
    private Optional<Path> predictions = Optional.empty();

    /** Writes one of the files. */
    @FunctionalInterface
    private interface Writer {
        void write(Path file) throws IOException;
    }

    /**
     * Called before anything is measured.
     *
     * @throws ParameterException if a file was asked for that the task does not have
     */
    void requireNoneBut(Set<Report> offered) {
        String missing = names(report -> file(report).isPresent() && !offered.contains(report));
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: the bundle's task has no such file, expected %s".formatted(missing, names(offered::contains)));
        }
    }

    /** @throws IOException if a file that was asked for cannot be written */
    void requirePlaces() throws IOException {
        for (Report report : Report.values()) {
            Outputs.require(file(report));
        }
    }

    /** Writes the files that were asked for. */
    void write(TaskEvaluation evaluation) throws IOException {
        write(Report.ROC, file -> Plots.of(evaluation.roc().orElseThrow()).save(file));
        write(Report.SCORES, file -> evaluation.tables().get(0).saveCsv(file));
        write(Report.CHART, file -> Plots.of(evaluation.tables().get(0)).save(file));
        write(
                Report.CONFUSION,
                file -> Plots.of(evaluation.confusion().orElseThrow()).save(file));
        write(Report.COMPARISON, evaluation::saveReport);
        write(Report.PREDICTIONS, evaluation::savePredictions);
    }

    private void write(Report report, Writer writer) throws IOException {
        Optional<Path> file = file(report);
        if (file.isPresent()) {
            writer.write(file.get());
        }
    }

    private Optional<Path> file(Report report) {
        return switch (report) {
            case ROC -> roc;
            case SCORES -> scores;
            case CHART -> chart;
            case CONFUSION -> confusion;
            case COMPARISON -> comparison;
            case PREDICTIONS -> predictions;
        };
    }

    private static String names(Predicate<Report> which) {
        return Stream.of(Report.values())
                .filter(which)
                .map(report -> "--"
                        + (report == Report.COMPARISON
                                ? "report"
                                : report.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
    }
}
