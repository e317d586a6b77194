package io.github.bert4j.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.JsonFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows as other programs write them, made ours: CLUENER's, and exports of doccano and Label Studio. */
final class ForeignRows {
    private static final String TEXT = "text";
    private static final String LABEL = "label";
    private static final String LABELS = "labels";
    private static final String ENTITIES = "entities";
    private static final String START = "start";
    private static final String END = "end";

    private ForeignRows() {}

    /** A text with labels. */
    static ObjectNode classified(ObjectNode row) {
        if (isLabelStudio(row)) {
            ObjectNode ours = row.objectNode();
            ours.set(TEXT, row.path("data").path(TEXT));
            ArrayNode labels = ours.putArray(LABELS);
            results(row).forEach(value -> value.path("choices").forEach(labels::add));
            return ours;
        }
        ObjectNode ours = row.deepCopy();
        if (row.path(LABEL).isArray()) { // doccano's
            ours.set(LABELS, row.get(LABEL));
            ours.remove(LABEL);
        } else if (row.path(LABEL).isNumber()) {
            ours.put(LABEL, row.get(LABEL).asText());
        }
        if (row.path(LABELS).isTextual()) {
            ours.putArray(LABELS).add(row.get(LABELS).textValue());
        }
        return ours;
    }

    /**
     * A text with entities, whose places count UTF-16 units.
     *
     * @throws IllegalArgumentException if something in it is of another kind than expected
     */
    static ObjectNode withEntities(ObjectNode row) {
        if (isLabelStudio(row)) {
            return withEntities(row, JsonFields.string(row.path("data"), TEXT), results(row));
        }
        JsonNode label = row.path(LABEL);
        if (label.isArray() && label.path(0).isObject()) { // Label Studio's short form
            return withEntities(row, JsonFields.string(row, TEXT), elements(label));
        }
        if (label.isArray()) {
            return doccano(row, label);
        }
        if (label.isObject()) {
            return cluener(row, label);
        }
        JsonNode entities = row.path(ENTITIES);
        return entities.isArray() && entities.path(0).has("start_offset") ? doccano(row, entities) : row;
    }

    private static boolean isLabelStudio(ObjectNode row) {
        return row.path("data").isObject() && row.path("annotations").isArray();
    }

    /** The values of the first annotation. */
    private static List<JsonNode> results(ObjectNode row) {
        return elements(row.path("annotations").path(0).path("result")).stream()
                .map(result -> result.path("value"))
                .toList();
    }

    private static ObjectNode withEntities(ObjectNode row, String text, List<JsonNode> values) {
        ObjectNode ours = ours(row, text);
        for (JsonNode value : values) {
            JsonNode labels = value.path(LABELS);
            if (labels.isArray() && !labels.isEmpty()) { // else a relation, or a choice
                entity(
                        ours,
                        JsonFields.integer(value, START),
                        JsonFields.integer(value, END),
                        labels.get(0).asText(),
                        value.path(TEXT).asText(""));
            }
        }
        return ours;
    }

    /** Triples or objects; places count code points. */
    private static ObjectNode doccano(ObjectNode row, JsonNode spans) {
        String text = JsonFields.string(row, TEXT);
        ObjectNode ours = ours(row, text);
        for (JsonNode span : spans) {
            boolean triple = span.isArray()
                    && span.size() == 3
                    && span.get(0).isInt()
                    && span.get(1).isInt();
            if (!triple && !span.isObject()) {
                throw new IllegalArgumentException(
                        "\"label\" holds %s, expected [start, end, label] of every entity".formatted(span));
            }
            int start = triple ? span.get(0).intValue() : JsonFields.integer(span, "start_offset");
            int end = triple ? span.get(1).intValue() : JsonFields.integer(span, "end_offset");
            String label = triple ? span.get(2).asText() : JsonFields.string(span, LABEL);
            entity(ours, utf16(text, start), utf16(text, end), label, "");
        }
        return ours;
    }

    /** Places by name by label; they count code points, and ends are inclusive. */
    private static ObjectNode cluener(ObjectNode row, JsonNode labels) {
        String text = JsonFields.string(row, TEXT);
        ObjectNode ours = ours(row, text);
        for (Map.Entry<String, JsonNode> kind : labels.properties()) {
            String path = "label." + kind.getKey();
            if (!kind.getValue().isObject()) {
                throw new IllegalArgumentException(
                        "\"%s\" is %s, expected an object".formatted(path, JsonFault.kind(kind.getValue())));
            }
            for (Map.Entry<String, JsonNode> name : kind.getValue().properties()) {
                for (JsonNode place : name.getValue()) {
                    if (!place.isArray() || elements(place).stream().anyMatch(one -> !one.isInt())) {
                        throw new IllegalArgumentException("\"%s.%s\" holds %s, expected places [first, last]"
                                .formatted(path, name.getKey(), place));
                    }
                    int last = place.path(1).asInt(-1);
                    int end = last < 0 ? -1 : utf16(text, last + 1);
                    entity(ours, utf16(text, place.path(0).asInt(-1)), end, kind.getKey(), name.getKey());
                }
            }
        }
        return ours;
    }

    private static ObjectNode ours(ObjectNode row, String text) {
        ObjectNode ours = row.objectNode().put(TEXT, text);
        ours.putArray(ENTITIES);
        return ours;
    }

    private static void entity(ObjectNode ours, int start, int end, String label, String text) {
        ObjectNode entity = ours.withArray(ENTITIES).addObject();
        entity.put(START, start).put(END, end).put(LABEL, label).put(TEXT, text);
    }

    /** The place of a code point; -1, which is no place, where there is none. */
    private static int utf16(String text, int codePoint) {
        return codePoint < 0 || codePoint > text.codePointCount(0, text.length())
                ? -1
                : text.offsetByCodePoints(0, codePoint);
    }

    private static List<JsonNode> elements(JsonNode list) {
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        return elements;
    }
}
