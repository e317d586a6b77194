package io.github.bert4j.cli;

import io.github.bert4j.datasets.DataReport;
import io.github.bert4j.task.TaskEvaluation;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code evaluate}. */
@Command(
        name = "evaluate",
        description = "Measure a bundle on labelled data. The last line of stdout is a JSON object.")
final class EvaluateCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private BundleOptions bundle;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Labelled data as train reads it.")
    private List<Path> files;

    @Mixin
    private ReportOptions reports;

    @Override
    public Integer call() throws IOException {
        reports.requirePlaces();
        try (TrainedTask<?> task = bundle.load()) {
            evaluate(task);
        }
        bundle.end(program.console());
        return ExitCode.OK;
    }

    private <S> void evaluate(TrainedTask<S> task) throws IOException {
        Console console = program.console();
        TaskHead<S> head = task.model().head();
        reports.requireNoneBut(head.reports());
        List<S> samples = DataReport.read(task.type(), files, head.chosen(), console::log);
        head.check(samples, console::log);
        TaskEvaluation evaluation = task.model().evaluate(samples);
        console.logCut(task.model().cut());
        evaluation.tables().forEach(table -> console.log(table.toString()));
        reports.write(evaluation);
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.put("task", task.type().name());
        measured.putAll(evaluation.figures());
        console.printJson(measured);
    }
}
