package io.github.bert4j.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.TaskType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Which columns of a table are the fields of a task's labelled records.
 *
 * @param columns by field, the text first
 */
record LabelledColumns(Map<String, String> columns) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OPTIONAL = List.of(QuestionFields.ID, QuestionFields.SECOND);

    /**
     * Finds them: each field in a column of its name, but for those that are called otherwise.
     *
     * @param asked the column of what is asked of texts, such as an event's type
     * @param label the column of labels; where a task has several kinds of them, of the first whose type fits
     * @throws IllegalArgumentException if a column is missing or of another type
     */
    static LabelledColumns of(
            TaskType<?, ?, ?> task,
            StructType schema,
            String text,
            String second,
            Optional<String> asked,
            Optional<String> label) {
        Map<String, String> names = new LinkedHashMap<>(Map.of(QuestionFields.TEXT, text));
        names.put(QuestionFields.SECOND, second);
        Optional<String> askedField = task.questions().asked();
        asked.ifPresent(column -> askedField.ifPresent(field -> names.put(field, column)));
        List<BeanPropertyDefinition> fields = properties(JSON.constructType(task.fields()));
        List<BeanPropertyDefinition> labels = fields.stream()
                .filter(field -> !List.of(QuestionFields.TEXT, QuestionFields.SECOND, QuestionFields.ID)
                                .contains(field.getName())
                        && !askedField.equals(Optional.of(field.getName())))
                .toList();
        label.ifPresent(column -> {
            BeanPropertyDefinition first = labels.stream()
                    .filter(field -> Columns.find(schema, column)
                            .filter(type -> fits(type, field.getPrimaryType()))
                            .isPresent())
                    .findFirst()
                    .orElseThrow(() -> missing(column, labels, schema));
            names.put(first.getName(), column);
        });
        Map<String, String> found = new LinkedHashMap<>(Map.of(QuestionFields.TEXT, text));
        for (BeanPropertyDefinition field : fields) {
            String column = names.getOrDefault(field.getName(), field.getName());
            Optional<DataType> type = Columns.find(schema, column);
            boolean isOurs = type.isPresent() && fits(type.get(), field.getPrimaryType());
            if (isOurs) {
                found.put(field.getName(), column);
            } else if (field.isRequired()
                    || type.isPresent() && !field.getName().equals(QuestionFields.ID)) {
                throw missing(column, List.of(field), schema);
            }
        }
        if (labels.stream().map(BeanPropertyDefinition::getName).noneMatch(found::containsKey)) {
            throw missing(
                    labels.stream().map(BeanPropertyDefinition::getName).collect(Collectors.joining("\" or \"")),
                    labels,
                    schema);
        }
        return new LabelledColumns(found);
    }

    /** The column of a field. */
    String of(String field) {
        return columns.get(field);
    }

    /** Whether records are of two texts. */
    boolean isOfPairs() {
        return columns.containsKey(QuestionFields.SECOND);
    }

    /** The rows as lines of JSON; what is null is left out. */
    List<String> json(Dataset<?> table) {
        Column[] selected = columns.entrySet().stream()
                .map(entry -> table.col(entry.getValue()).as(entry.getKey()))
                .toArray(Column[]::new);
        return table.select(selected).toJSON().collectAsList();
    }

    /** Whether a row has a text, and labels. */
    boolean isComplete(String json) {
        try {
            JsonNode row = JSON.readTree(json);
            return !row.path(QuestionFields.TEXT).asText().isBlank()
                    && columns.keySet().stream().allMatch(field -> OPTIONAL.contains(field) || row.has(field));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Spark writes rows as JSON", e);
        }
    }

    private static boolean fits(DataType type, JavaType field) {
        if (field.isCollectionLikeType()) {
            return type instanceof ArrayType array && fits(array.elementType(), field.getContentType());
        }
        if (field.getRawClass().isRecord()) {
            return type instanceof StructType struct
                    && properties(field).stream()
                            .allMatch(part -> Columns.find(struct, part.getName())
                                    .map(own -> fits(own, part.getPrimaryType()))
                                    .orElse(!part.isRequired()));
        }
        return field.hasRawClass(String.class) ? type instanceof StringType : type instanceof NumericType;
    }

    private static String described(JavaType field) {
        if (field.isCollectionLikeType()) {
            return "arrays of " + described(field.getContentType());
        }
        if (field.getRawClass().isRecord()) {
            return "structs of "
                    + properties(field).stream()
                            .map(part -> "\"%s\" (%s)".formatted(part.getName(), described(part.getPrimaryType())))
                            .collect(Collectors.joining(", "));
        }
        return field.hasRawClass(String.class) ? "strings" : "numbers";
    }

    private static List<BeanPropertyDefinition> properties(JavaType record) {
        return JSON.getDeserializationConfig().introspect(record).findProperties();
    }

    private static IllegalArgumentException missing(
            String column, List<BeanPropertyDefinition> fields, StructType schema) {
        return Columns.missing(
                schema,
                column,
                fields.stream()
                        .map(field -> described(field.getPrimaryType()))
                        .distinct()
                        .collect(Collectors.joining(" or ")));
    }
}
