package io.github.bert4j.train;

import java.util.function.BiConsumer;

/**
 * A mean over rows.
 *
 * @param counting adds a row to the sums
 */
record MeanMetric(String name, BiConsumer<Metric.Row, Sums> counting) implements Metric {

    /** A sum, and how many numbers are in it. */
    static final class Sums {
        private double sum;
        private double count;

        void add(double number, double counted) {
            sum += number;
            count += counted;
        }
    }

    @Override
    public Tally start() {
        return new Tally() {
            private final Sums sums = new Sums();

            @Override
            public void add(Row row) {
                counting.accept(row, sums);
            }

            @Override
            public double value() {
                return sums.count == 0 ? Double.NaN : sums.sum / sums.count;
            }

            @Override
            public double[] counts() {
                return new double[] {sums.sum, sums.count};
            }

            @Override
            public void restore(double[] counts) {
                sums.sum = counts[0];
                sums.count = counts[1];
            }
        };
    }

    static void right(Row row, Sums sums) {
        if (row.isOfClass()) {
            sums.add(Statistics.argmax(row.output()) == (int) row.label()[0] ? 1 : 0, 1);
        } else {
            for (int i = 0; i < row.output().length; i++) {
                sums.add((row.output()[i] > 0.5f) == (row.label()[i] > 0.5f) ? 1 : 0, 1);
            }
        }
    }

    static void distance(Row row, Sums sums) {
        for (int i = 0; i < row.output().length; i++) {
            sums.add(Math.abs((double) row.output()[i] - row.label()[i]), 1);
        }
    }

    static void squaredDistance(Row row, Sums sums) {
        for (int i = 0; i < row.output().length; i++) {
            double distance = (double) row.output()[i] - row.label()[i];
            sums.add(distance * distance, 1);
        }
    }
}
