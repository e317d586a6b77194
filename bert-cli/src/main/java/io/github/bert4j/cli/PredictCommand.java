package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code predict}. */
@Command(name = "predict", description = "Answer every line of a text: one JSON object per line, in the same order.")
final class PredictCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private BundleOptions bundle;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = {
                "A text per line, UTF-8; stdin if there is none. A line that starts with { is an object of JSON,"
                        + " {\"text\": …}, which may have an \"id\".",
                "Where a model reads two texts, there is a TAB between them, or the object has a \"second\".",
                "event, answer: lines of type or question, TAB, text, or objects with a \"type\" or a \"question\"."
            })
    private Optional<Path> file;

    @Override
    public Integer call() throws IOException {
        int code;
        try (TrainedTask<?> task = bundle.load();
                Lines lines = program.console().input(file)) {
            code = new LineAnswers(task.fields(), task::answer).print(lines, program.console());
            program.console().logCut(task.model().cut());
        }
        bundle.end(program.console());
        return code;
    }
}
