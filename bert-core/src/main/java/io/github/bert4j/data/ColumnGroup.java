package io.github.bert4j.data;

import java.util.List;
import java.util.stream.IntStream;

/** ColumnGroup side by side. */
record ColumnGroup(List<Column> inputs, List<Column> labels) {

    Dataset dataset(int batchSize) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("A dataset of no columns: expected one for each input of the model");
        }
        int rows = inputs.get(0).rows();
        requireRows(rows);
        return Dataset.of(
                IntStream.range(0, rows).boxed().toList(),
                batchSize,
                row -> new Sample(
                        inputs.stream()
                                .map(column -> column.values().apply(row))
                                .toList(),
                        List.of()));
    }

    void requireRows(int rows) {
        for (List<Column> some : List.of(inputs, labels)) {
            for (int i = 0; i < some.size(); i++) {
                if (some.get(i).rows() != rows) {
                    throw new IllegalArgumentException(
                            "%s %d has %d rows, but the first column has %d: expected as many"
                                    .formatted(
                                            some == inputs ? "Input" : "Label",
                                            i,
                                            some.get(i).rows(),
                                            rows));
                }
            }
        }
    }

    Sample labelled(Sample sample, int row) {
        Sample labelled = sample;
        for (Column column : labels) {
            labelled = labelled.labelled(column.values().apply(row));
        }
        return labelled;
    }
}
