package io.github.bert4j.similarity;

import io.github.bert4j.task.TaskEvaluation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well cosines agree with the scores of pairs.
 *
 * @param samples pairs
 * @param spearman Spearman's rank correlation of cosines and scores, -1 to 1; NaN if all scores or all cosines are the
 *     same. Where scores are 0 and 1, ties keep it below 1 even if everything is right
 * @param threshold where scores are of two values, the cosine above which calling pairs similar is right most often; else
 *     NaN
 * @param accuracy the fraction of pairs on their side of the threshold: an upper bound, as the threshold is chosen on the
 *     same pairs; else NaN
 * @param ranking where texts are found among all; empty for an encoder that was not trained to find them
 */
public record SimilarityEvaluation(
        int samples, double spearman, double threshold, double accuracy, Optional<RankingEvaluation> ranking)
        implements TaskEvaluation {

    /**
     * Compares cosines with scores.
     *
     * @throws IllegalArgumentException if there are none, or not as many of both
     */
    public static SimilarityEvaluation of(double[] scores, double[] cosines) {
        if (scores.length == 0 || scores.length != cosines.length) {
            throw new IllegalArgumentException("%d cosines of %d scored pairs: expected one for each, and at least one"
                    .formatted(cosines.length, scores.length));
        }
        double spearman = correlation(ranks(scores), ranks(cosines));
        double[] values = Arrays.stream(scores).distinct().sorted().toArray();
        if (values.length != 2) {
            return new SimilarityEvaluation(scores.length, spearman, Double.NaN, Double.NaN, Optional.empty());
        }
        List<Integer> order = ascending(cosines);
        int right =
                (int) Arrays.stream(scores).filter(score -> score == values[1]).count();
        int best = right;
        double threshold = cosines[order.get(0)] - 1;
        for (int i = 0; i < order.size(); i++) {
            right += scores[order.get(i)] == values[0] ? 1 : -1;
            double cosine = cosines[order.get(i)];
            double next = i + 1 < order.size() ? cosines[order.get(i + 1)] : cosine + 1;
            if (right > best && next > cosine) {
                best = right;
                threshold = (cosine + next) / 2;
            }
        }
        return new SimilarityEvaluation(
                scores.length, spearman, threshold, (double) best / scores.length, Optional.empty());
    }

    /** The same, and where texts are found. */
    SimilarityEvaluation with(RankingEvaluation found) {
        return new SimilarityEvaluation(samples, spearman, threshold, accuracy, Optional.of(found));
    }

    /** {@code spearman}, where scores are of two values {@code accuracy}, and those of the {@link RankingEvaluation}. */
    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("spearman", spearman);
        if (!Double.isNaN(accuracy)) {
            metrics.put("accuracy", accuracy);
        }
        ranking.ifPresent(found -> metrics.putAll(found.metrics()));
        return metrics;
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("samples", samples);
        figures.put("spearman", number(spearman));
        figures.put("accuracy", number(accuracy));
        figures.put("threshold", number(threshold));
        ranking.ifPresent(found -> {
            figures.put("queries", found.queries());
            figures.putAll(found.metrics());
        });
        return figures;
    }

    private static Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }

    /** Each value's place from 0 on; equal values share the mean of theirs. */
    private static double[] ranks(double[] values) {
        List<Integer> order = ascending(values);
        double[] ranks = new double[values.length];
        for (int start = 0, end; start < values.length; start = end) {
            end = start + 1;
            while (end < values.length && values[order.get(end)] == values[order.get(start)]) {
                end++;
            }
            for (int i = start; i < end; i++) {
                ranks[order.get(i)] = (start + end - 1) / 2.0;
            }
        }
        return ranks;
    }

    private static List<Integer> ascending(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .toList();
    }

    /** Pearson's. */
    private static double correlation(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
