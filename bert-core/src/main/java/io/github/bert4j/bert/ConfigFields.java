package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** The fields of a configuration's file, with messages that name both. */
record ConfigFields(Path file, JsonNode json) {

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    int integer(String field) throws IOException {
        JsonNode value = json.get(field);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IOException("%s: field %s is %s, expected a whole number"
                    .formatted(file, field, value == null ? "missing" : value));
        }
        return value.intValue();
    }

    int integer(String field, int otherwise) throws IOException {
        return has(field) ? integer(field) : otherwise;
    }

    double number(String field, double otherwise) throws IOException {
        JsonNode value = json.get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IOException("%s: field %s is %s, expected a number".formatted(file, field, value));
        }
        return value.doubleValue();
    }

    boolean flag(String field, boolean otherwise) {
        return json.path(field).asBoolean(otherwise);
    }

    String text(String field, String otherwise) {
        return json.path(field).asText(otherwise);
    }

    /** Fields that change what is computed have one value that is computed here; mostly they are absent. */
    void expect(String field, String expected) throws IOException {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(expected)) {
            throw new IOException("%s: field %s is %s, expected %s: another model is not supported"
                    .formatted(file, field, value, expected));
        }
    }
}
