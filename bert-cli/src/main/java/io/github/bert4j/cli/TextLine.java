package io.github.bert4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A line that {@code predict} answers: a text, or an object of JSON that has one, as contests' test files have. */
final class TextLine {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TextLine() {}

    static String text(String line) {
        if (line.startsWith("{")) {
            try {
                JsonNode text = JSON.readTree(line).path("text");
                return text.isTextual() ? text.textValue() : line;
            } catch (JsonProcessingException e) {
                return line;
            }
        }
        return line;
    }
}
