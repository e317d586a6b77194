package io.github.bert4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One input or label of many rows, from plain arrays.
 *
 * <pre>{@code
 * Dataset.of(32, Column.of(new int[][] {{101, 4, 102}, {101, 5, 6, 102}})).labelled(Column.of(new int[] {0, 1}))
 * }</pre>
 *
 * @param rows how many there are
 * @param values of a row
 */
public record Column(int rows, IntFunction<Values> values) {

    /** Vectors of ints, such as token ids; they may differ in length. */
    public static Column of(int[][] rows) {
        return new Column(rows.length, row -> IntValues.of(rows[row]));
    }

    /** Vectors of floats; they may differ in length. */
    public static Column of(float[][] rows) {
        return new Column(rows.length, row -> FloatValues.of(rows[row]));
    }

    /** Matrices of floats; they may differ in length, but each row of a matrix is as long as its first. */
    public static Column of(float[][][] rows) {
        return new Column(rows.length, row -> matrix(rows[row]));
    }

    /** One int per row, such as a class. */
    public static Column of(int[] rows) {
        return new Column(rows.length, row -> IntValues.of(rows[row]));
    }

    /** One float per row, such as a probability. */
    public static Column of(float[] rows) {
        return new Column(rows.length, row -> FloatValues.of(rows[row]));
    }

    /**
     * @param what "Input" or "Label"
     * @throws IllegalArgumentException if one of the columns has another number of rows
     */
    static void requireRows(String what, Column[] columns, int rows) {
        for (int i = 0; i < columns.length; i++) {
            if (columns[i].rows() != rows) {
                throw new IllegalArgumentException("%s %d has %d rows, but the first column has %d: expected as many"
                        .formatted(what, i, columns[i].rows(), rows));
            }
        }
    }

    /** What each column has in a row. */
    static List<Values> values(Column[] columns, int row) {
        return Arrays.stream(columns).map(column -> column.values().apply(row)).toList();
    }

    private static FloatValues matrix(float[][] rows) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        float[] values = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != width) {
                throw new IllegalArgumentException("A matrix with rows of %d and of %d numbers: expected one width"
                        .formatted(width, rows[i].length));
            }
            System.arraycopy(rows[i], 0, values, i * width, width);
        }
        return new FloatValues(values, rows.length, width);
    }
}
