package io.github.bert4j.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A number of all rows, which are kept for it.
 *
 * @param number of at least one row
 */
record OverallMetric(String name, ToDoubleFunction<List<Metric.Row>> number) implements Metric {

    @Override
    public Tally start() {
        return new Tally() {
            private final List<Row> rows = new ArrayList<>();

            @Override
            public void add(Row row) {
                rows.add(row);
            }

            @Override
            public double value() {
                return rows.isEmpty() ? Double.NaN : number.applyAsDouble(rows);
            }

            /** The sizes of an output and a label, and then both of each row. */
            @Override
            public double[] counts() {
                if (rows.isEmpty()) {
                    return new double[0];
                }
                int outputs = rows.get(0).output().length;
                int labels = rows.get(0).label().length;
                double[] counts = new double[2 + rows.size() * (outputs + labels)];
                counts[0] = outputs;
                counts[1] = labels;
                int place = 2;
                for (Row row : rows) {
                    for (float[] part : List.of(row.output(), row.label())) {
                        for (float value : part) {
                            counts[place++] = value;
                        }
                    }
                }
                return counts;
            }

            @Override
            public void restore(double[] counts) {
                rows.clear();
                for (int place = 2; place < counts.length; ) {
                    int middle = place + (int) counts[0];
                    int end = middle + (int) counts[1];
                    rows.add(new Row(floats(counts, place, middle), floats(counts, middle, end)));
                    place = end;
                }
            }

            @Override
            public boolean isAdditive() {
                return false;
            }
        };
    }

    private static float[] floats(double[] values, int from, int to) {
        float[] floats = new float[to - from];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[from + i];
        }
        return floats;
    }
}
