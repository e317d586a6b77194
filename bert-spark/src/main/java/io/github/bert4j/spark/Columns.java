package io.github.bert4j.spark;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What stages expect of the columns that they read. */
final class Columns {
    private Columns() {}

    /** @throws IllegalArgumentException if there is no such column of strings */
    static void requireStrings(StructType schema, String column) {
        if (!find(schema, column).equals(Optional.of(DataTypes.StringType))) {
            throw missing(schema, column, "strings");
        }
    }

    /** The type of a column; empty if there is none of this name. */
    static Optional<DataType> find(StructType schema, String column) {
        return Arrays.stream(schema.fields())
                .filter(field -> field.name().equals(column))
                .map(StructField::dataType)
                .findFirst();
    }

    /** @param expected what its type lets through, in words */
    static IllegalArgumentException missing(StructType schema, String column, String expected) {
        return new IllegalArgumentException(
                "Expected a column \"%s\" of %s, but there is %s".formatted(column, expected, schema.simpleString()));
    }
}
