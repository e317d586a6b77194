package io.github.bert4j.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a {@code tokenizer.json}.
 *
 * @param where file and path of the part, for messages
 */
record Described(String where, JsonNode json) {
    /** What kind of part it is; empty where there is none. */
    String type() {
        return text("type", "");
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    String text(String field, String otherwise) {
        return json.path(field).asText(otherwise);
    }

    boolean flag(String field, boolean otherwise) throws IOException {
        if (!has(field)) {
            return otherwise;
        }
        if (!json.get(field).isBoolean()) {
            throw refused(field, "true or false");
        }
        return json.get(field).booleanValue();
    }

    int integer(String field) throws IOException {
        if (!json.path(field).canConvertToInt() || !json.path(field).isIntegralNumber()) {
            throw refused(field, "a whole number");
        }
        return json.get(field).intValue();
    }

    Described child(String field) {
        return new Described(where + "." + field, json.path(field));
    }

    List<Described> children(String field) throws IOException {
        if (!json.path(field).isArray()) {
            throw refused(field, "a list");
        }
        List<Described> children = new ArrayList<>();
        for (JsonNode child : json.path(field)) {
            children.add(new Described("%s.%s[%d]".formatted(where, field, children.size()), child));
        }
        return children;
    }

    /** Refuses what is neither absent nor as expected. */
    void expect(String field, String expected) throws IOException {
        if (has(field) && !text(field, "").equals(expected)) {
            throw refused(field, expected.isEmpty() ? "none" : expected);
        }
    }

    IOException refused(String field, String expected) {
        String value = String.valueOf(json.path(field));
        String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
        return new IOException(
                "%s.%s is %s, expected %s".formatted(where, field, json.has(field) ? shown : "missing", expected));
    }
}
