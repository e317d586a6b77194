package io.github.bert4j.spark;

import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What stages expect of the columns that they read. */
final class Columns {
    private Columns() {}

    /** @throws IllegalArgumentException if there is no such column of strings */
    static void requireStrings(StructType schema, String column) {
        require(schema, column, DataTypes.StringType::equals, "strings");
    }

    /**
     * Checks one column.
     *
     * @param expected what the type lets through, in words
     * @throws IllegalArgumentException if there is no such column, or its type is another
     */
    static void require(StructType schema, String column, Predicate<DataType> type, String expected) {
        if (!Arrays.asList(schema.fieldNames()).contains(column)
                || !type.test(schema.apply(column).dataType())) {
            throw new IllegalArgumentException("Expected a column \"%s\" of %s, but there is %s"
                    .formatted(column, expected, schema.simpleString()));
        }
    }
}
