package io.github.bert4j.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What several runs of one recipe measured: results differ from seed to seed and from data to data, often by more than
 * an improvement brings.
 *
 * <pre>{@code
 * System.out.println(Runs.repeat(5, 42, seed -> {
 *     try (var graph = new Graph(seed)) {
 *         …
 *         return model.evaluate(validation).named();
 *     }
 * })); // accuracy 0.9120 ± 0.0043 over 5 runs
 * Runs.crossValidate(Fold.stratified(reviews, 5, 42, LabelledReview::label), fold -> …);
 * }</pre>
 *
 * @param metrics of each run, by name
 */
public record Runs(List<Map<String, Double>> metrics) {

    /** @throws IllegalArgumentException if there are none, or they measured different things */
    public Runs {
        metrics = List.copyOf(metrics);
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("No runs: expected at least one");
        }
        for (Map<String, Double> run : metrics) {
            if (!run.keySet().equals(metrics.get(0).keySet())) {
                throw new IllegalArgumentException("One run measured %s, another %s: expected the same of all"
                        .formatted(metrics.get(0).keySet(), run.keySet()));
            }
        }
    }

    /**
     * Trains and measures once.
     *
     * @param <T> what differs from run to run
     * @param <E> what may go wrong
     */
    @FunctionalInterface
    public interface Run<T, E extends Exception> {
        /** What was measured, by name. */
        Map<String, Double> measure(T given) throws E;
    }

    /**
     * One run after the other, with the seeds {@code seed}, {@code seed + 1} …
     *
     * @throws IllegalArgumentException if there are fewer than 1
     */
    public static <E extends Exception> Runs repeat(int times, long seed, Run<Long, E> run) throws E {
        return each(LongStream.range(seed, seed + times).boxed().toList(), run);
    }

    /** One run for each fold, which trains on its one part and measures on the other. */
    public static <R, E extends Exception> Runs crossValidate(List<Fold<R>> folds, Run<Fold<R>, E> run) throws E {
        return each(folds, run);
    }

    /**
     * The mean of a metric over the runs.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    public double mean(String metric) {
        return metrics.stream().mapToDouble(run -> value(run, metric)).sum() / metrics.size();
    }

    /**
     * The sample standard deviation of a metric, which divides by the number of runs less 1; NaN for a single run.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    public double standardDeviation(String metric) {
        double mean = mean(metric);
        double squares = metrics.stream()
                .mapToDouble(run -> Math.pow(value(run, metric) - mean, 2))
                .sum();
        return Math.sqrt(squares / (metrics.size() - 1));
    }

    /** A line per metric: mean ± sample standard deviation. */
    @Override
    public String toString() {
        return metrics.get(0).keySet().stream()
                .map(metric -> String.format(
                        Locale.ROOT,
                        "%s %.4f ± %.4f over %d runs",
                        metric,
                        mean(metric),
                        standardDeviation(metric),
                        metrics.size()))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static <T, E extends Exception> Runs each(List<T> given, Run<T, E> run) throws E {
        List<Map<String, Double>> metrics = new ArrayList<>();
        for (T one : given) {
            metrics.add(run.measure(one));
        }
        return new Runs(metrics);
    }

    private static double value(Map<String, Double> run, String metric) {
        Double value = run.get(metric);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Nothing called \"%s\" was measured: expected one of %s".formatted(metric, run.keySet()));
        }
        return value;
    }
}
