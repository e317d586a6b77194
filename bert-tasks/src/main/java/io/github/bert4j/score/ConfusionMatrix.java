package io.github.bert4j.score;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which labels are taken for which, where every text has one.
 *
 * @param labels sorted: all that are gold or predicted
 * @param counts of texts, by the gold label, then by the predicted one
 */
public record ConfusionMatrix(List<String> labels, int[][] counts) {

    /**
     * Counts answers.
     *
     * @param gold one label per text
     * @param predicted likewise
     * @throws IllegalArgumentException if there are more of the one than of the other
     */
    public static ConfusionMatrix of(List<String> gold, List<String> predicted) {
        if (gold.size() != predicted.size()) {
            throw new IllegalArgumentException("%d gold and %d predicted labels: expected one of both for each text"
                    .formatted(gold.size(), predicted.size()));
        }
        List<String> labels = Stream.concat(gold.stream(), predicted.stream())
                .distinct()
                .sorted()
                .toList();
        int[][] counts = new int[labels.size()][labels.size()];
        for (int i = 0; i < gold.size(); i++) {
            counts[labels.indexOf(gold.get(i))][labels.indexOf(predicted.get(i))]++;
        }
        return new ConfusionMatrix(labels, counts);
    }

    /**
     * How many texts of one label were given another, or the same.
     *
     * @throws IllegalArgumentException if a label is neither gold nor predicted anywhere
     */
    public int count(String gold, String predicted) {
        return counts[number(gold)][number(predicted)];
    }

    private int number(String label) {
        int number = labels.indexOf(label);
        if (number < 0) {
            throw new IllegalArgumentException("Label \"%s\": expected one of %s".formatted(label, labels));
        }
        return number;
    }
}
