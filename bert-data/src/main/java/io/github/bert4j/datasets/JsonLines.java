package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.task.LabelledFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Files of an object of JSON per line. */
final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));

    private JsonLines() {}

    /**
     * One record per line; fields that it does not have are passed over.
     *
     * @param warnings told how many blank lines are left out, and what of the others is
     * @throws IOException if a line is not such an object, which it names, or all are blank
     */
    static <S> List<S> read(Lines lines, Class<? extends LabelledFields<S>> type, Consumer<String> warnings)
            throws IOException {
        List<S> rows = new ArrayList<>();
        int blank = 0;
        int misplaced = 0;
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (line.get().isBlank()) {
                blank++;
            } else {
                try {
                    LabelledFields<S> fields = fields(line.get(), type);
                    rows.add(fields.labelled());
                    misplaced += fields.misplaced();
                } catch (IllegalArgumentException e) {
                    throw new IOException("%s, line %d: %s".formatted(lines.name(), lines.number(), e.getMessage()), e);
                }
            }
        }
        if (rows.isEmpty()) {
            throw new IOException(
                    "%s holds no objects of JSON: %d lines, all of them blank".formatted(lines.name(), lines.number()));
        }
        if (blank > 0) {
            warnings.accept("%s: left out %d blank lines".formatted(lines.name(), blank));
        }
        if (misplaced > 0) {
            warnings.accept("%s: left out %d entities that do not stand in the text where they should"
                    .formatted(lines.name(), misplaced));
        }
        return rows;
    }

    /** @throws IllegalArgumentException if it is not such an object */
    static <S> LabelledFields<S> fields(String json, Class<? extends LabelledFields<S>> type) {
        try {
            LabelledFields<S> fields = JSON.readValue(json, type);
            if (fields == null) {
                throw new IllegalArgumentException("expected an object of JSON, but it is null");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is not what is expected here: " + e.getOriginalMessage(), e);
        }
    }
}
