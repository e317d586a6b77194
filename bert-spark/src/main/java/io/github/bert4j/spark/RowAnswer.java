package io.github.bert4j.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.cli.LinePredictor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The answer to one row.
 *
 * @param json an object with the field {@code error} where there is no answer
 */
record RowAnswer(String json) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ERROR = "error";

    /** Answers lines in their order. Where all together fail, each half is tried, so that one line alone fails. */
    static Stream<RowAnswer> of(LinePredictor predictor, List<String> lines) {
        try {
            return predictor.predict(lines).stream().map(RowAnswer::new);
        } catch (RuntimeException e) {
            if (lines.size() == 1) {
                return Stream.of(failure(lines.get(0), e));
            }
            int half = lines.size() / 2;
            return Stream.concat(
                    of(predictor, lines.subList(0, half)), of(predictor, lines.subList(half, lines.size())));
        }
    }

    /** The values of the columns that the row gets. */
    Object[] columns(boolean sentiment) {
        JsonNode answer = tree();
        String error = answer.path(ERROR).textValue();
        if (!sentiment) {
            return new Object[] {json, error};
        }
        return error != null
                ? new Object[] {json, error, null, null}
                : new Object[] {
                    json,
                    null,
                    answer.path("label").asDouble(),
                    answer.path("probability").doubleValue()
                };
    }

    private JsonNode tree() {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer is JSON", e);
        }
    }

    private static RowAnswer failure(String line, RuntimeException failure) {
        try {
            return new RowAnswer(JSON.writeValueAsString(Map.of("text", line, ERROR, failure.toString())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Strings can be written as JSON", e);
        }
    }
}
