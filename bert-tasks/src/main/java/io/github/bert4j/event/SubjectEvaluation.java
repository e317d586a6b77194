package io.github.bert4j.event;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import io.github.bert4j.task.TaskEvaluation;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How many subjects are found to the character; rows of type {@link Event#OTHER} are left out, which would be right by
 * rule.
 *
 * @param samples rows counted
 * @param exactMatch fraction of rows whose answer is one of those that the rows of the same event have; NaN where no
 *     rows are counted
 * @param rowMatch fraction of rows whose answer is the row's own; NaN where no rows are counted
 * @param skippedOther rows of type {@link Event#OTHER}
 * @param byType the exact matches of every event type
 * @param found the answers, one per row
 */
public record SubjectEvaluation(
        int samples, double exactMatch, double rowMatch, int skippedOther, ScoreTable byType, List<Found> found)
        implements TaskEvaluation {

    /** The answer to a row, as files spell it. */
    public record Found(String id, String entity) {}

    /**
     * Compares answers with rows.
     *
     * @param answers one per row
     * @throws IllegalArgumentException if there are more or fewer answers than rows
     */
    public static SubjectEvaluation of(List<LabelledEvent> rows, List<Optional<Subject>> answers) {
        if (rows.size() != answers.size()) {
            throw new IllegalArgumentException(
                    "%d answers to %d rows: expected one for each".formatted(answers.size(), rows.size()));
        }
        Map<Event, Set<String>> entities = new HashMap<>();
        rows.forEach(row ->
                entities.computeIfAbsent(row.event(), event -> new HashSet<>()).add(row.entity()));
        ScoreTable byType = new ScoreTable();
        List<Found> found = IntStream.range(0, rows.size())
                .mapToObj(i -> new Found(rows.get(i).id(), LabelledEvent.entity(answers.get(i))))
                .toList();
        int samples = 0;
        int exact = 0;
        int same = 0;
        for (int i = 0; i < rows.size(); i++) {
            LabelledEvent row = rows.get(i);
            if (!row.isOther()) {
                String answer = found.get(i).entity();
                int right = entities.get(row.event()).contains(answer) ? 1 : 0;
                byType.add(row.event().type(), new Score(right, 1, 1));
                samples++;
                exact += right;
                same += row.entity().equals(answer) ? 1 : 0;
            }
        }
        return new SubjectEvaluation(
                samples, (double) exact / samples, (double) same / samples, rows.size() - samples, byType, found);
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("exactMatch", exactMatch);
        metrics.put("rowMatch", rowMatch);
        return metrics;
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = TaskEvaluation.super.figures();
        figures.put("skippedOther", skippedOther);
        return figures;
    }

    @Override
    public List<ScoreTable> tables() {
        return List.of(byType);
    }

    /** As the original contest takes them: id and entity, both in quotation marks, a line for every row. */
    @Override
    public void savePredictions(Path file) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder()
                .quoteStrategy(QuoteStrategies.ALWAYS)
                .lineDelimiter(LineDelimiter.LF)
                .build(text)) {
            found.forEach(row -> csv.writeRecord(row.id(), row.entity()));
        }
        PendingFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
