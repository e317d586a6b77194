package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SentenceIndex;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code search}. */
@Command(
        name = "search",
        description = "Find for every line of a text the most similar lines of another: one JSON object per line.")
final class SearchCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private EncoderOptions encoder;

    @Option(names = "--in", required = true, paramLabel = "TEXTS", description = "What to search: a text per line.")
    private Path texts;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "Texts to find for each line.",
            converter = Numbers.AtLeastOne.class)
    private int top = 5;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "What to search for: a text per line, UTF-8; stdin if there is none.")
    private Optional<Path> file;

    private record Matches(List<Found> matches) {}

    /** @param line of the texts, from 1 */
    private record Found(long line, String text, double similarity) {}

    @Override
    public Integer call() throws IOException {
        List<Long> numbers = new ArrayList<>();
        List<String> found = read(numbers);
        int code;
        try (SentenceEncoder model = encoder.load();
                Lines queries = program.console().input(file)) {
            SentenceIndex index = SentenceIndex.of(model, found);
            code = new LineAnswers(QuestionFields.text(), questions -> answers(questions, index, numbers))
                    .print(queries, program.console());
            program.console().logCut(model.cut());
        }
        encoder.end(program.console());
        return code;
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

    private List<Answer> answers(List<Question> questions, SentenceIndex index, List<Long> numbers) {
        List<List<SentenceIndex.Match>> matches =
                index.search(questions.stream().map(Question::text).toList(), top);
        return IntStream.range(0, questions.size())
                .mapToObj(i -> Answer.of(questions.get(i), QuestionFields.text(), found(matches.get(i), numbers)))
                .toList();
    }

    private static Matches found(List<SentenceIndex.Match> matches, List<Long> numbers) {
        return new Matches(matches.stream()
                .map(match -> new Found(numbers.get(match.number()), match.text(), match.similarity()))
                .toList());
    }
}
