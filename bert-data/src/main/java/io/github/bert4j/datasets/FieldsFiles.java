package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Labelled records of any task from rows with the fields that {@link TaskType#fields} names: an object of JSON per line, a list
 * of objects, or CSV with a header. Fields may have the names that data sets in use give them, such as CLUE's {@code sentence1}
 * for {@code text}; all others are passed over.
 *
 * @param <S> a labelled record
 */
public record FieldsFiles<S>(TaskType<S, ?, ?> type) implements DatasetReader<S> {
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));

    private static final String VALUE = "@value";

    /** What others call our fields: CLUE's JSON, and headers of tables as people write them. */
    private static final Map<String, List<String>> OTHER_NAMES = Map.of(
            "text", List.of("sentence", "sentence1", "text1", "text_a", "review", "content", "文本", "内容", "评论", "句子"),
            "second", List.of("sentence2", "text2", "text_b", "文本2", "句子2"),
            "label", List.of("category", "class", "sentiment", "标签", "类别"),
            "score", List.of("similarity", "label", "相似度", "标签"),
            "type", List.of("event_type", "类型"),
            "entity", List.of("subject", "主体"),
            "question", List.of("query", "问题"));

    @Override
    public String task() {
        return type.name();
    }

    @Override
    public List<S> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException {
        List<S> all = new ArrayList<>();
        for (Path file : files) {
            all.addAll(read(file, type.fields(), row -> row, record -> record, warnings));
        }
        return all;
    }

    /**
     * One record, of a line.
     *
     * @throws IllegalArgumentException if it is not such an object
     */
    public S read(String json) {
        JsonNode row;
        try {
            row = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no JSON: " + JsonFault.syntax(e), e);
        }
        return fields(row, type.fields()).labelled();
    }

    /**
     * Reads a file.
     *
     * @param form makes rows of other forms ours
     * @param check makes of a record what it is to be, or refuses it
     */
    static <S> List<S> read(
            Path file,
            Class<? extends LabelledFields<S>> type,
            UnaryOperator<ObjectNode> form,
            UnaryOperator<S> check,
            Consumer<String> warnings)
            throws IOException {
        List<S> all = new ArrayList<>();
        int[] misplaced = {0};
        String what = "rows with " + JsonFault.quoted(required(type));
        Rows.read(
                file,
                what,
                row -> {
                    LabelledFields<S> fields = fields(form.apply(row), type);
                    all.add(check.apply(fields.labelled()));
                    misplaced[0] += fields.misplaced();
                },
                warnings);
        reportMisplaced(file, misplaced[0], warnings);
        return all;
    }

    static void reportMisplaced(Path file, int count, Consumer<String> warnings) {
        if (count > 0) {
            warnings.accept(
                    "%s: left out %d entities that do not stand in the text where they should".formatted(file, count));
        }
    }

    /** @throws IllegalArgumentException if it is not such an object */
    static <S> LabelledFields<S> fields(JsonNode row, Class<? extends LabelledFields<S>> type) {
        JsonNode named = row instanceof ObjectNode object ? plain(renamed(object, type)) : row;
        try {
            LabelledFields<S> fields = JSON.treeToValue(named, type);
            if (fields == null) {
                throw new IllegalArgumentException("null, expected an object");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(JsonFault.mapping(e, named), e);
        }
    }

    private static ObjectNode renamed(ObjectNode row, Class<?> type) {
        ObjectNode result = row;
        for (String name : names(type)) {
            if (!row.has(name)) {
                for (String other : OTHER_NAMES.getOrDefault(name, List.of())) {
                    if (row.has(other)) {
                        result = result == row ? row.deepCopy() : result;
                        result.set(name, row.get(other));
                        break;
                    }
                }
            }
        }
        return result;
    }

    /** DuIE 2 puts a value among details of it: {@code {"@value": …}}. */
    private static JsonNode plain(JsonNode node) {
        if (node.path(VALUE).isTextual()) {
            return node.get(VALUE);
        }
        if (node instanceof ObjectNode object) {
            ObjectNode result = object.objectNode();
            object.properties().forEach(field -> result.set(field.getKey(), plain(field.getValue())));
            return result;
        }
        if (node.isArray()) {
            ArrayNode result = JSON.createArrayNode();
            node.forEach(element -> result.add(plain(element)));
            return result;
        }
        return node;
    }

    private static List<String> names(Class<?> type) {
        return type.isRecord()
                ? Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList()
                : List.of();
    }

    private static List<String> required(Class<?> type) {
        List<String> required = new ArrayList<>();
        for (String name : names(type)) {
            Optional.ofNullable(property(type, name))
                    .filter(JsonProperty::required)
                    .ifPresent(property -> required.add(property.value().isEmpty() ? name : property.value()));
        }
        return required;
    }

    private static JsonProperty property(Class<?> type, String component) {
        for (RecordComponent one : type.getRecordComponents()) {
            if (one.getName().equals(component)) {
                return one.getAccessor().getAnnotation(JsonProperty.class);
            }
        }
        return null;
    }
}
