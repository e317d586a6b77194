package io.github.bert4j.spark;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/** Where a row has what is to be answered. */
record RowText(int input, int asked) implements Serializable {
    /** Instead of a column. */
    static final int NOTHING_ASKED = -1;

    /** The line that the command {@code predict} would be given; blank if there is no text. */
    String line(Row row) {
        String text = row.isNullAt(input) ? "" : row.getString(input);
        if (asked == NOTHING_ASKED || text.isBlank()) {
            return text;
        }
        return (row.isNullAt(asked) ? "" : row.getString(asked)) + "\t" + text;
    }
}
