package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SentenceIndex;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code search}. */
@Command(
        name = "search",
        description = "Find for every line of a text the most similar lines of another: one JSON object per line.")
final class SearchCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EncoderOptions encoder;

    @Option(names = "--in", required = true, paramLabel = "TEXTS", description = "What to search: a text per line.")
    private Path texts;

    @Option(names = "--top", paramLabel = "N", description = "Texts to find for each line.")
    private int top = 5;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "What to search for: a text per line, UTF-8; stdin if there is none.")
    private Optional<Path> file;

    /** One line of output. */
    private record Answer(String text, List<Found> matches) {}

    /** @param line of the texts, from 1 */
    private record Found(long line, String text, double similarity) {}

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top is " + top + ": expected at least 1");
        }
        List<Long> numbers = new ArrayList<>();
        List<String> found = read(numbers);
        try (SentenceEncoder model = encoder.load();
                Lines queries = program.console().input(file)) {
            SentenceIndex index = SentenceIndex.of(model, found);
            for (List<String> chunk = queries.chunk(); !chunk.isEmpty(); chunk = queries.chunk()) {
                answer(chunk, index, numbers);
            }
        }
        encoder.end(program.console());
        return ExitCode.OK;
    }

    /** The lines that are not blank, and their numbers. */
    private List<String> read(List<Long> numbers) throws IOException {
        List<String> found = new ArrayList<>();
        try (Lines lines = Lines.of(texts)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank()) {
                    found.add(line.get());
                    numbers.add(lines.number());
                }
            }
            if (found.isEmpty()) {
                throw new IOException(texts + " holds no texts: expected one per line");
            }
            if (found.size() < lines.number()) {
                program.console().log("%s: left out %d blank lines".formatted(texts, lines.number() - found.size()));
            }
        }
        return found;
    }

    private void answer(List<String> lines, SentenceIndex index, List<Long> numbers) throws IOException {
        List<String> queries = lines.stream().filter(line -> !line.isBlank()).toList();
        Iterator<List<SentenceIndex.Match>> answers = index.search(queries, top).iterator();
        for (String line : lines) {
            program.console().printJson(line.isBlank() ? Failure.BLANK : answer(line, answers.next(), numbers));
        }
        program.console().flush();
    }

    private static Answer answer(String query, List<SentenceIndex.Match> matches, List<Long> numbers) {
        return new Answer(
                query,
                matches.stream()
                        .map(match -> new Found(numbers.get(match.number()), match.text(), match.similarity()))
                        .toList());
    }
}
