package io.github.bert4j.event;

import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
 */
public record SubjectEvaluation(int samples, double exactMatch, double rowMatch, int skippedOther, ScoreTable byType) {

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
        int samples = 0;
        int exact = 0;
        int same = 0;
        for (int i = 0; i < rows.size(); i++) {
            LabelledEvent row = rows.get(i);
            if (!row.isOther()) {
                String answer = LabelledEvent.entity(answers.get(i));
                int right = entities.get(row.event()).contains(answer) ? 1 : 0;
                byType.add(row.event().type(), new Score(right, 1, 1));
                samples++;
                exact += right;
                same += row.entity().equals(answer) ? 1 : 0;
            }
        }
        return new SubjectEvaluation(
                samples, (double) exact / samples, (double) same / samples, rows.size() - samples, byType);
    }

    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("exactMatch", exactMatch);
        metrics.put("rowMatch", rowMatch);
        return metrics;
    }
}
