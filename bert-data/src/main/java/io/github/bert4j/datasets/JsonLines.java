package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Files of an object of JSON per line. */
public final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));

    private JsonLines() {}

    /**
     * One row per line; fields that rows do not have are passed over.
     *
     * @param warnings told how many blank lines are left out
     * @throws IOException if a line is not such an object, which it names, or all are blank
     */
    public static <T> List<T> read(Lines lines, Class<T> type, Consumer<String> warnings) throws IOException {
        ObjectReader reader = JSON.readerFor(type);
        List<T> rows = new ArrayList<>();
        int blank = 0;
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (line.get().isBlank()) {
                blank++;
            } else {
                rows.add(row(reader, line.get(), lines));
            }
        }
        if (rows.isEmpty()) {
            throw new IOException(
                    "%s holds no objects of JSON: %d lines, all of them blank".formatted(lines.name(), lines.number()));
        }
        if (blank > 0) {
            warnings.accept("%s: left out %d blank lines".formatted(lines.name(), blank));
        }
        return rows;
    }

    private static <T> T row(ObjectReader reader, String line, Lines lines) throws IOException {
        try {
            T row = reader.readValue(line);
            if (row == null) {
                throw new IOException("%s, line %d: expected an object of JSON, but it is null"
                        .formatted(lines.name(), lines.number()));
            }
            return row;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s, line %d: this is not what is expected here: %s"
                            .formatted(lines.name(), lines.number(), e.getOriginalMessage()),
                    e);
        }
    }
}
