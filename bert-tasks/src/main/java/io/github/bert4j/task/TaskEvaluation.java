package io.github.bert4j.task;

import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.score.RocCurve;
import io.github.bert4j.score.ScoreTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How good a model's answers are on labelled data, whatever the task. */
public interface TaskEvaluation {

    /** Texts, pairs or questions that were counted. */
    int samples();

    /** What is watched in training, by name: fractions from 0 to 1, correlations, losses. */
    Map<String, Double> metrics();

    /** All that {@code evaluate} prints: {@code samples}, and unless a task has more, the metrics; null where one is not defined. */
    default Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("samples", samples());
        metrics().forEach((name, value) -> figures.put(name, Double.isNaN(value) ? null : value));
        return figures;
    }

    /** Tables by label; the first is that of {@link Report#SCORES} and {@link Report#CHART}. */
    default List<ScoreTable> tables() {
        return List.of();
    }

    /** Which labels are taken for which, for {@link Report#CONFUSION}. */
    default Optional<ConfusionMatrix> confusion() {
        return Optional.empty();
    }

    /**
     * For {@link Report#ROC}.
     *
     * @throws IllegalArgumentException if the data are all of one label: then there is no such curve
     */
    default Optional<RocCurve> roc() {
        return Optional.empty();
    }

    /** Writes {@link Report#COMPARISON}. */
    default void saveReport(Path file) throws IOException {
        throw new UnsupportedOperationException("This task has no such report");
    }

    /** Writes {@link Report#PREDICTIONS}. */
    default void savePredictions(Path file) throws IOException {
        throw new UnsupportedOperationException("This task has no such file");
    }
}
