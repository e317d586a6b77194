package io.github.bert4j.relation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.files.JsonFault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The file that names the predicates of a data set: an object of JSON per line, with {@code predicate} and other fields. */
public final class Schema {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Schema() {}

    /**
     * Reads the predicates.
     *
     * @param warnings told how many are there more than once, as types may differ
     * @return sorted, each once: the order in which they are numbered
     * @throws IOException if a line is not such an object, which it names, or there are none
     */
    public static List<String> predicates(Path schema, Consumer<String> warnings) throws IOException {
        Set<String> predicates = new TreeSet<>();
        Set<String> repeated = new TreeSet<>();
        int number = 0;
        int named = 0;
        for (String line : lines(schema)) {
            number++;
            if (!line.isBlank()) {
                named++;
                String predicate = predicate(line, "%s, line %d".formatted(schema, number));
                if (!predicates.add(predicate)) {
                    repeated.add(predicate);
                }
            }
        }
        if (predicates.isEmpty()) {
            throw new IOException("%s holds no objects of JSON: %d lines, all of them blank".formatted(schema, number));
        }
        if (!repeated.isEmpty()) {
            warnings.accept("%s: %d predicates in %d lines, as some are listed more than once: %s"
                    .formatted(schema, predicates.size(), named, String.join(", ", repeated)));
        }
        return List.copyOf(predicates);
    }

    private static List<String> lines(Path schema) throws IOException {
        try {
            return Files.readAllLines(schema);
        } catch (CharacterCodingException e) {
            throw new IOException(schema + " is not UTF-8 text; convert it first, for example with iconv", e);
        }
    }

    private static String predicate(String line, String place) throws IOException {
        try {
            JsonNode predicate = JSON.readTree(line.startsWith("\uFEFF") ? line.substring(1) : line)
                    .path("predicate");
            if (!predicate.isTextual()) {
                throw new IOException(place + ": expected an object of JSON with the string \"predicate\"");
            }
            return predicate.textValue();
        } catch (JsonProcessingException e) {
            throw new IOException(place + ": this is no JSON: " + JsonFault.syntax(e), e);
        }
    }
}
