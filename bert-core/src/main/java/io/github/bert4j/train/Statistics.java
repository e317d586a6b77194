package io.github.bert4j.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Numbers of many outputs and labels, in doubles. */
final class Statistics {
    private Statistics() {}

    /** All numbers of the outputs, in the order of the labels'. */
    static double[] outputs(List<Metric.Row> rows) {
        return rows.stream().flatMapToDouble(row -> doubles(row.output())).toArray();
    }

    /** @throws IllegalArgumentException if they are classes */
    static double[] labels(List<Metric.Row> rows) {
        if (rows.get(0).isOfClass()) {
            throw new IllegalArgumentException(
                    "A metric of numbers measured on classes: expected float labels of the output's shape");
        }
        return rows.stream().flatMapToDouble(row -> doubles(row.label())).toArray();
    }

    static double r2(double[] outputs, double[] labels) {
        double mean = Arrays.stream(labels).average().orElse(Double.NaN);
        double left = 0;
        double all = 0;
        for (int i = 0; i < labels.length; i++) {
            left += (labels[i] - outputs[i]) * (labels[i] - outputs[i]);
            all += (labels[i] - mean) * (labels[i] - mean);
        }
        return 1 - left / all;
    }

    static double pearson(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElse(Double.NaN);
        double meanB = Arrays.stream(b).average().orElse(Double.NaN);
        double both = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            both += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return both / Math.sqrt(squaresA * squaresB);
    }

    /** From 1; equal numbers share the mean of theirs. */
    static double[] ranks(double[] values) {
        Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(place -> values[place]));
        double[] ranks = new double[values.length];
        for (int start = 0; start < order.length; ) {
            int end = start;
            while (end < order.length && values[order[end]] == values[order[start]]) {
                end++;
            }
            for (int i = start; i < end; i++) {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }
            start = end;
        }
        return ranks;
    }

    /** The mean over labels, or over each class against all others; two classes are one label. */
    static double auc(List<Metric.Row> rows) {
        int width = rows.get(0).output().length;
        boolean classes = rows.get(0).isOfClass();
        return IntStream.range(classes && width == 2 ? 1 : 0, width)
                .mapToDouble(one -> auc(
                        rows.stream().mapToDouble(row -> row.output()[one]).toArray(),
                        rows.stream()
                                .mapToDouble(row -> classes ? (int) row.label()[0] == one ? 1 : 0 : row.label()[one])
                                .toArray()))
                .filter(area -> !Double.isNaN(area))
                .average()
                .orElse(Double.NaN);
    }

    /** Mann and Whitney's U by the number of pairs; NaN if all are true, or none. */
    private static double auc(double[] scores, double[] labels) {
        double[] ranks = ranks(scores);
        double positive = 0;
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] > 0.5) {
                positive++;
                sum += ranks[i];
            }
        }
        return (sum - positive * (positive + 1) / 2) / (positive * (labels.length - positive));
    }

    static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private static DoubleStream doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
    }
}
