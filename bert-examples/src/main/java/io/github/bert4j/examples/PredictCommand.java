package io.github.bert4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
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
    /** Lines in memory at a time; enough to put those of similar length together. */
    private static final int CHUNK = 1024;

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
                "relation, entity: also lines of JSON, {\"text\": …}.",
                "event: lines of type, TAB, text, or of JSON: {\"id\": …, \"text\": …, \"type\": …}, where id may be left"
                        + " out.",
                "answer: lines of question, TAB, text, or of JSON: {\"id\": …, \"text\": …, \"question\": …}."
            })
    private Optional<Path> file;

    @Override
    public Integer call() throws IOException {
        try (TrainedTask task = bundle.load();
                Lines lines = file.isPresent()
                        ? Lines.of(file.get())
                        : program.console().input()) {
            for (List<String> chunk = chunk(lines); !chunk.isEmpty(); chunk = chunk(lines)) {
                answer(task, chunk);
            }
        }
        bundle.end(program.console());
        return ExitCode.OK;
    }

    private void answer(TrainedTask task, List<String> chunk) throws IOException {
        Iterator<?> answers = task.predict(
                        chunk.stream().filter(line -> !line.isBlank()).toList())
                .iterator();
        for (String line : chunk) {
            program.console().printJson(line.isBlank() ? Failure.BLANK : answers.next());
        }
        program.console().flush();
    }

    private static List<String> chunk(Lines lines) throws IOException {
        List<String> chunk = new ArrayList<>();
        while (chunk.size() < CHUNK) {
            Optional<String> line = lines.next();
            if (line.isEmpty()) {
                break;
            }
            chunk.add(line.get());
        }
        return chunk;
    }
}
