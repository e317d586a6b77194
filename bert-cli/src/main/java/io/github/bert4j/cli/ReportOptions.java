package io.github.bert4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
            paramLabel = "FILE.html",
            showDefaultValue = Visibility.NEVER,
            description = "sentiment: draw the ROC curve, a page for a browser, which loads its scripts from the web.")
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
            description = "relation, event, answer: the predictions in the format of the original contest.")
    private Optional<Path> predictions = Optional.empty();

    /** A kind of file. */
    enum Kind {
        ROC("--roc"),
        SCORES("--scores"),
        CHART("--chart"),
        CONFUSION("--confusion"),
        COMPARISON("--report"),
        PREDICTIONS("--predictions");

        private final String option;

        Kind(String option) {
            this.option = option;
        }
    }

    /** Writes one of the files. */
    @FunctionalInterface
    interface Writer {
        void write(Path file) throws IOException;
    }

    /**
     * Called by a task before it measures anything.
     *
     * @throws ParameterException if a file was asked for that the task does not have
     */
    void requireNoneBut(Kind... kinds) {
        List<Kind> offered = List.of(kinds);
        List<String> missing = Stream.of(Kind.values())
                .filter(kind -> file(kind).isPresent() && !offered.contains(kind))
                .map(kind -> kind.option)
                .toList();
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: the bundle's task has no such file, expected %s"
                            .formatted(
                                    String.join(", ", missing),
                                    String.join(
                                            ", ",
                                            offered.stream()
                                                    .map(kind -> kind.option)
                                                    .toList())));
        }
    }

    /** Writes a file, if it was asked for. */
    void write(Kind kind, Writer writer) throws IOException {
        Optional<Path> file = file(kind);
        if (file.isPresent()) {
            writer.write(file.get());
        }
    }

    private Optional<Path> file(Kind kind) {
        return switch (kind) {
            case ROC -> roc;
            case SCORES -> scores;
            case CHART -> chart;
            case CONFUSION -> confusion;
            case COMPARISON -> comparison;
            case PREDICTIONS -> predictions;
        };
    }
}
