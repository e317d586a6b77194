package io.github.bert4j.spark;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/** Where a row has what is to be answered. */
record RowText(int input, int asked) implements Serializable {
    /** Instead of a column. */
    static final int NOTHING_ASKED = -1;

    /** The line that the command {@code predict} would be given; blank if there is no text, or nothing is asked of it. */
    String line(Row row) {
        String text = string(row, input);
        if (asked == NOTHING_ASKED || text.isBlank()) {
            return text;
        }
        String question = string(row, asked);
        // The first TAB is what ends the question.
        return question.isBlank() ? "" : question.replace('\t', ' ') + "\t" + text;
    }

    private static String string(Row row, int column) {
        return row.isNullAt(column) ? "" : row.getString(column);
    }
}
