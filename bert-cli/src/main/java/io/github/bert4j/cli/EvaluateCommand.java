package io.github.bert4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
        Console console = program.console();
        try (TrainedTask task = bundle.load()) {
            console.printJson(task.evaluate(files, reports, console::log));
        }
        bundle.end(program.console());
        return ExitCode.OK;
    }
}
