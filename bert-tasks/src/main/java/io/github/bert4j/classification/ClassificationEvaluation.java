package io.github.bert4j.classification;

import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.score.ScoreTable;
import io.github.bert4j.task.TaskEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How many texts are classified as the data says. A label that the classifier does not know counts as one that it missed.
 *
 * @param samples texts, or pairs
 * @param accuracy fraction of texts that have exactly the labels of the data
 * @param table precision, recall and F1 of every label that occurs in the data or in the answers
 * @param confusion which labels are taken for which; empty unless data and answers have exactly one label for each text
 */
public record ClassificationEvaluation(
        int samples, double accuracy, ScoreTable table, Optional<ConfusionMatrix> confusion) implements TaskEvaluation {

    /**
     * Compares answers with the data.
     *
     * @param answers one per text
     * @throws IllegalArgumentException if there are no texts, or more or fewer answers than texts
     */
    public static ClassificationEvaluation of(List<LabelledInput> texts, List<Classification> answers) {
        if (texts.isEmpty() || texts.size() != answers.size()) {
            throw new IllegalArgumentException("%d answers to %d texts: expected one for each, and at least one"
                    .formatted(answers.size(), texts.size()));
        }
        ScoreTable table = new ScoreTable();
        int right = 0;
        for (int i = 0; i < texts.size(); i++) {
            Set<String> gold = texts.get(i).labels();
            Set<String> predicted = Set.copyOf(answers.get(i).labels());
            right += gold.equals(predicted) ? 1 : 0;
            table.add(gold, predicted, Function.identity());
        }
        List<List<String>> gold =
                texts.stream().map(text -> List.copyOf(text.labels())).toList();
        List<List<String>> predicted =
                answers.stream().map(Classification::labels).toList();
        return new ClassificationEvaluation(
                texts.size(), (double) right / texts.size(), table, confusion(gold, predicted));
    }

    /** F1 over the labels of all texts together; with one label per text it is the accuracy. */
    public double microF1() {
        return table.total().f1();
    }

    /** The mean of the F1 of all labels that occur in the data or in the answers; 0 where there is no label at all. */
    public double macroF1() {
        return table.rows().stream()
                .mapToDouble(row -> row.score().f1())
                .average()
                .orElse(0);
    }

    /** {@code accuracy}, {@code microF1} and {@code macroF1}, in this order. */
    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy);
        metrics.put("microF1", microF1());
        metrics.put("macroF1", macroF1());
        return metrics;
    }

    @Override
    public List<ScoreTable> tables() {
        return List.of(table);
    }

    private static Optional<ConfusionMatrix> confusion(List<List<String>> gold, List<List<String>> predicted) {
        return Stream.of(gold, predicted).flatMap(List::stream).allMatch(labels -> labels.size() == 1)
                ? Optional.of(ConfusionMatrix.of(only(gold), only(predicted)))
                : Optional.empty();
    }

    private static List<String> only(List<List<String>> labels) {
        return labels.stream().map(ofText -> ofText.get(0)).toList();
    }
}
