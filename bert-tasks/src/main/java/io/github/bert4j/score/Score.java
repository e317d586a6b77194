package io.github.bert4j.score;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many answers were given, how many should have been, and how many are in both.
 *
 * @param correct answers that are right
 * @param predicted answers that were given
 * @param gold answers that are in the data
 */
public record Score(int correct, int predicted, int gold) {
    /** Nothing counted yet. */
    public static final Score NONE = new Score(0, 0, 0);

    public Score {
        if (correct < 0 || correct > predicted || correct > gold) {
            throw new IllegalArgumentException(
                    "%d correct answers of %d predicted and %d gold ones: expected no more than either"
                            .formatted(correct, predicted, gold));
        }
    }

    /** The fraction of answers that are right; 0 if there were none. */
    public double precision() {
        return ratio(correct, predicted);
    }

    /** The fraction of the data's answers that were found; 0 if there are none. */
    public double recall() {
        return ratio(correct, gold);
    }

    /** The harmonic mean of precision and recall; 0 if nothing was right. */
    public double f1() {
        return ratio(2L * correct, (long) predicted + gold);
    }

    /** Both counts together. */
    public Score plus(Score other) {
        return new Score(correct + other.correct, predicted + other.predicted, gold + other.gold);
    }

    /** {@code precision}, {@code recall} and {@code f1}, in this order. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("precision", precision());
        metrics.put("recall", recall());
        metrics.put("f1", f1());
        return metrics;
    }

    /** The number of samples, then {@link #metrics} and the counts, as {@code evaluate} prints them. */
    public Map<String, Object> figures(int samples) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("samples", samples);
        figures.putAll(metrics());
        figures.put("correct", correct);
        figures.put("predicted", predicted);
        figures.put("gold", gold);
        return figures;
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
