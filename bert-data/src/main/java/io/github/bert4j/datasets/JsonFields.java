package io.github.bert4j.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bert4j.files.JsonFault;

/** Fields of an object that must be of some kind. */
final class JsonFields {
    private JsonFields() {}

    /** @throws IllegalArgumentException if it is no string */
    static String string(JsonNode object, String name) {
        JsonNode value = object.path(name);
        require(value.isTextual(), name, value, "a string");
        return value.textValue();
    }

    /** @throws IllegalArgumentException if it is no int */
    static int integer(JsonNode object, String name) {
        JsonNode value = object.path(name);
        require(value.isInt(), name, value, "a whole number");
        return value.intValue();
    }

    /** @throws IllegalArgumentException if it is no list */
    static JsonNode list(JsonNode object, String name) {
        JsonNode value = object.path(name);
        require(value.isArray(), name, value, "a list");
        return value;
    }

    private static void require(boolean holds, String name, JsonNode value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "\"%s\" is %s, expected %s".formatted(name, JsonFault.kind(value), expected));
        }
    }
}
