package io.github.bert4j.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Several measurements of one thing. */
record Spread(double median, double least, double most) {

    /** @throws IllegalArgumentException if there are none */
    static Spread of(DoubleStream measured) {
        double[] values = measured.sorted().toArray();
        if (values.length == 0) {
            throw new IllegalArgumentException("A median of no measurements: expected at least one");
        }
        int middle = values.length / 2;
        double median = values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
        return new Spread(median, values[0], values[values.length - 1]);
    }

    static Spread of(double... measured) {
        return of(Arrays.stream(measured));
    }

    /** {@code 1.23 (1.20–1.31)}. */
    String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + "–" + number + ")", median, least, most);
    }
}
