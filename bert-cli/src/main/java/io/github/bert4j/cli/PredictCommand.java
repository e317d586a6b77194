package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
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
                "A text per line, UTF-8; stdin if there is none.",
                "relation, entity, joint: also lines of JSON, {\"text\": …}.",
                "event: lines of type, TAB, text, or of JSON: {\"id\": …, \"text\": …, \"type\": …}, where id may be left"
                        + " out.",
                "classification: for a pair a TAB between its texts, as similarity always needs it.",
                "answer: lines of question, TAB, text, or of JSON: {\"id\": …, \"text\": …, \"question\": …}."
            })
    private Optional<Path> file;

    @Override
    public Integer call() throws IOException {
        try (TrainedTask task = bundle.load();
                Lines lines = program.console().input(file)) {
            for (List<String> chunk = lines.chunk(); !chunk.isEmpty(); chunk = lines.chunk()) {
                answer(task, chunk);
            }
        }
        bundle.end(program.console());
        return ExitCode.OK;
    }

    private void answer(TrainedTask task, List<String> chunk) throws IOException {
        for (Object answer : task.predictAll(chunk)) {
            program.console().printJson(answer);
        }
        program.console().flush();
    }
}
