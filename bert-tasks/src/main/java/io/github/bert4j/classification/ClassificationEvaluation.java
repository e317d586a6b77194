package io.github.bert4j.classification;

import io.github.bert4j.score.ScoreTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * How many texts are classified as the data says. A label that the classifier does not know counts as one that it missed.
 *
 * @param samples texts, or pairs
 * @param accuracy fraction of texts that have exactly the labels of the data
 * @param table precision, recall and F1 of every label that occurs in the data or in the answers
 */
public record ClassificationEvaluation(int samples, double accuracy, ScoreTable table) {

    /**
     * Compares answers with the data.
     *
     * @param answers one per text
     * @throws IllegalArgumentException if there are no texts, or more or fewer answers than texts
     */
    public static ClassificationEvaluation of(List<ClassifiedText> texts, List<Classification> answers) {
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
        return new ClassificationEvaluation(texts.size(), (double) right / texts.size(), table);
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
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy);
        metrics.put("microF1", microF1());
        metrics.put("macroF1", macroF1());
        return metrics;
    }
}
