package io.github.bert4j.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.event.Event;

/**
 * A line of {@code predict}'s input: {@code type<TAB>text}, or {@code {"id": …, "text": …, "type": …}}.
 *
 * @param id as it was given; null if there is none
 */
record EventQuery(JsonNode id, Event event) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** @throws IllegalArgumentException if it is neither, saying why */
    static EventQuery of(String line) {
        return line.stripLeading().startsWith("{") ? ofJson(line) : ofTabs(line);
    }

    private static EventQuery ofTabs(String line) {
        int tab = line.indexOf('\t');
        if (tab < 0) {
            throw new IllegalArgumentException("expected a type, a TAB and a text, or a JSON object");
        }
        return new EventQuery(null, new Event(line.substring(tab + 1), line.substring(0, tab)));
    }

    private static EventQuery ofJson(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            JsonNode text = json.path("text");
            JsonNode type = json.path("type");
            if (!text.isTextual() || !type.isTextual()) {
                throw new IllegalArgumentException("expected a JSON object with the strings \"text\" and \"type\"");
            }
            return new EventQuery(json.get("id"), new Event(text.textValue(), type.textValue()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
