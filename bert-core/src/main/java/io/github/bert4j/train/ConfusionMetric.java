package io.github.bert4j.train;

import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A number of how often each class is predicted where each class is right; where labels are independent of each other, each
 * is a class that is predicted where its probability is above 0.5.
 *
 * @param number of the counts
 */
record ConfusionMetric(String name, ToDoubleFunction<Confusion> number) implements Metric {

    /** How often what was predicted where what is right. */
    static final class Confusion implements Tally {
        private final ToDoubleFunction<Confusion> number;
        private int classes;
        /** [true class, predicted class], the last of each being none of them. */
        private double[] counts = new double[0];

        Confusion(ToDoubleFunction<Confusion> number) {
            this.number = number;
        }

        @Override
        public void add(Row row) {
            int width = row.output().length;
            if (counts.length == 0) {
                size(width);
            }
            if (row.isOfClass()) {
                count((int) row.label()[0], Statistics.argmax(row.output()));
            } else {
                for (int i = 0; i < width; i++) {
                    count(row.label()[i] > 0.5f ? i : classes, row.output()[i] > 0.5f ? i : classes);
                }
            }
        }

        @Override
        public double value() {
            return counts.length == 0 ? Double.NaN : number.applyAsDouble(this);
        }

        @Override
        public double[] counts() {
            return counts.clone();
        }

        @Override
        public void restore(double[] saved) {
            counts = saved.clone();
            classes = (int) Math.sqrt(counts.length) - 1;
        }

        private void size(int width) {
            classes = width;
            counts = new double[(classes + 1) * (classes + 1)];
        }

        private void count(int right, int predicted) {
            counts[right * (classes + 1) + predicted]++;
        }

        double at(int right, int predicted) {
            return counts[right * (classes + 1) + predicted];
        }

        double right(int one) {
            return at(one, one);
        }

        double predicted(int one) {
            return IntStream.rangeClosed(0, classes)
                    .mapToDouble(right -> at(right, one))
                    .sum();
        }

        double actual(int one) {
            return IntStream.rangeClosed(0, classes)
                    .mapToDouble(predicted -> at(one, predicted))
                    .sum();
        }

        private double averaged(Averaging averaging, Ratio ratio) {
            return switch (averaging) {
                case MICRO -> ratio.of(sum(this::right), sum(this::predicted), sum(this::actual));
                case MACRO ->
                    IntStream.range(0, classes)
                            .filter(one -> predicted(one) + actual(one) > 0)
                            .mapToDouble(one -> ratio.of(right(one), predicted(one), actual(one)))
                            .average()
                            .orElse(0);
            };
        }

        private double sum(IntToDoubleFunction of) {
            return IntStream.range(0, classes).mapToDouble(of).sum();
        }
    }

    /** A number of one class. */
    private interface Ratio {
        double of(double right, double predicted, double actual);
    }

    @Override
    public Tally start() {
        return new Confusion(number);
    }

    static Metric precision(Metric.Averaging averaging) {
        return averaged("precision", averaging, (right, predicted, actual) -> quotient(right, predicted));
    }

    static Metric recall(Metric.Averaging averaging) {
        return averaged("recall", averaging, (right, predicted, actual) -> quotient(right, actual));
    }

    static Metric f1(Metric.Averaging averaging) {
        return averaged("f1", averaging, (right, predicted, actual) -> quotient(2 * right, predicted + actual));
    }

    static Metric mcc() {
        return new ConfusionMetric("mcc", ConfusionMetric::correlation);
    }

    private static double correlation(Confusion counts) {
        double all = IntStream.rangeClosed(0, counts.classes)
                .mapToDouble(counts::actual)
                .sum();
        double right = IntStream.rangeClosed(0, counts.classes)
                .mapToDouble(counts::right)
                .sum();
        double both = 0;
        double predictedSquares = 0;
        double actualSquares = 0;
        for (int one = 0; one <= counts.classes; one++) {
            both += counts.predicted(one) * counts.actual(one);
            predictedSquares += counts.predicted(one) * counts.predicted(one);
            actualSquares += counts.actual(one) * counts.actual(one);
        }
        return quotient(
                right * all - both, Math.sqrt(all * all - predictedSquares) * Math.sqrt(all * all - actualSquares));
    }

    private static Metric averaged(String name, Metric.Averaging averaging, Ratio ratio) {
        return new ConfusionMetric(
                name + (averaging == Metric.Averaging.MICRO ? "_micro" : "_macro"),
                counts -> counts.averaged(averaging, ratio));
    }

    private static double quotient(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
