package io.github.bert4j.spark;

import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Where a row has what is asked of a model.
 *
 * @param text column of texts
 * @param asked column of what is asked of them, or of the first texts of pairs; -1 if there is none
 * @param second column of the second texts of pairs; -1 if there is none
 */
record RowQuestion(int text, int asked, int second) implements Serializable {
    private static final int NONE = -1;

    static RowQuestion of(StructType schema, String text, Optional<String> asked, Optional<String> second) {
        return new RowQuestion(
                schema.fieldIndex(text),
                asked.map(schema::fieldIndex).orElse(NONE),
                second.map(schema::fieldIndex).orElse(NONE));
    }

    /** A row's; what is null is blank. */
    Question of(Row row, QuestionFields fields) {
        Optional<String> other = string(row, asked);
        boolean isFirst = fields.asked().isEmpty() && other.isPresent();
        String own = line(row);
        return new Question(
                Optional.empty(),
                isFirst ? other.get() : own,
                isFirst ? Optional.of(own) : string(row, second),
                isFirst ? Optional.empty() : other);
    }

    /** A row's text; blank if there is none. */
    String line(Row row) {
        return string(row, text).orElseThrow();
    }

    private static Optional<String> string(Row row, int column) {
        return column == NONE ? Optional.empty() : Optional.of(row.isNullAt(column) ? "" : row.getString(column));
    }
}
