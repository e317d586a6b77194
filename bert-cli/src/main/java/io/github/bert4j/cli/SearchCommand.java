package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.reranking.Reranker;
import io.github.bert4j.reranking.TwoStageSearch;
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
import picocli.CommandLine.Help.Visibility;
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

    @Option(
            names = "--rerank",
            paramLabel = "BUNDLE",
            showDefaultValue = Visibility.NEVER,
            description = "A bundle for reranking that puts what was found in order; matches have its score then.")
    private Optional<Path> rerank = Optional.empty();

    @Option(
            names = "--candidates",
            paramLabel = "N",
            description = "Texts that --rerank reads for each line.",
            converter = Numbers.AtLeastOne.class)
    private int candidates = TwoStageSearch.DEFAULT_CANDIDATES;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "What to search for: a text per line, UTF-8; stdin if there is none.")
    private Optional<Path> file;

    private record Matches(List<?> matches) {}

    /** @param line of the texts, from 1 */
    private record Found(long line, String text, double similarity) {}

    private record Ranked(long line, String text, double score) {}

    /** What is found for some queries. */
    @FunctionalInterface
    private interface Search {
        List<List<?>> find(List<String> queries);
    }

    @Override
    public Integer call() throws IOException {
        List<Long> numbers = new ArrayList<>();
        List<String> found = read(numbers);
        int code;
        try (SentenceEncoder model = encoder.load();
                Reranker reranker = rerank.isPresent() ? Reranker.load(rerank.get()) : null;
                Lines queries = program.console().input(file)) {
            SentenceIndex index = SentenceIndex.of(model, found);
            Search search = reranker == null
                    ? asked -> matches(index.search(asked, top), numbers)
                    : asked -> ranked(new TwoStageSearch(index, reranker, Math.max(top, candidates)), asked, numbers);
            code = new LineAnswers(QuestionFields.text(), questions -> answers(questions, search))
                    .print(queries, program.console());
            program.console().logCut(model.cut() + (reranker == null ? 0 : reranker.cut()));
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

    private static List<Answer> answers(List<Question> questions, Search search) {
        List<List<?>> found = search.find(questions.stream().map(Question::text).toList());
        return IntStream.range(0, questions.size())
                .mapToObj(i -> Answer.of(questions.get(i), QuestionFields.text(), new Matches(found.get(i))))
                .toList();
    }

    private static List<List<?>> matches(List<List<SentenceIndex.Match>> found, List<Long> numbers) {
        return found.stream()
                .<List<?>>map(matches -> matches.stream()
                        .map(match -> new Found(numbers.get(match.number()), match.text(), match.similarity()))
                        .toList())
                .toList();
    }

    private List<List<?>> ranked(TwoStageSearch search, List<String> queries, List<Long> numbers) {
        return queries.stream()
                .<List<?>>map(query -> search.search(query, top).stream()
                        .map(text -> new Ranked(numbers.get(text.number()), text.text(), text.score()))
                        .toList())
                .toList();
    }
}
