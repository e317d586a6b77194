package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.Triple;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The files of relation extraction, an object of JSON per line: annotated texts, and the schema with the predicates. */
public final class RelationFiles {
    private RelationFiles() {}

    private record TripleFields(
            @JsonProperty(required = true) String subject,
            @JsonProperty(required = true) String predicate,
            @JsonProperty(required = true) String object) {}

    private record TextFields(
            @JsonProperty(required = true) String text,

            @JsonProperty(value = "spo_list", required = true)
            List<TripleFields> triples) {}

    private record SchemaFields(
            @JsonProperty(required = true) String predicate) {}

    /**
     * Reads annotated texts, {@code {"text", "spo_list": [{"subject", "predicate", "object"}]}}; other fields are passed
     * over.
     *
     * @param warnings told how many blank lines are left out
     * @throws IOException if a line is not such an object, which it names, or a file holds none
     */
    public static List<AnnotatedText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<AnnotatedText> texts = new ArrayList<>();
        for (Path file : files) {
            try (Lines lines = Lines.of(file)) {
                texts.addAll(read(lines, warnings));
            }
        }
        return texts;
    }

    /** As {@link #read(List, Consumer)}. */
    public static List<AnnotatedText> read(Lines lines, Consumer<String> warnings) throws IOException {
        return JsonLines.read(lines, TextFields.class, warnings).stream()
                .map(fields -> new AnnotatedText(
                        fields.text(),
                        fields.triples().stream()
                                .map(triple -> new Triple(triple.subject(), triple.predicate(), triple.object()))
                                .toList()))
                .toList();
    }

    /** As {@link #read(List, Consumer)}, for measuring: also tells how many triples no model of these predicates finds. */
    public static List<AnnotatedText> gold(List<Path> files, List<String> predicates, Consumer<String> warnings)
            throws IOException {
        List<AnnotatedText> texts = read(files, warnings);
        Set<String> known = new HashSet<>(predicates);
        long unknown = texts.stream()
                .flatMap(text -> text.triples().stream())
                .filter(triple -> !known.contains(triple.predicate()))
                .count();
        if (unknown > 0) {
            warnings.accept("%s: %d triples have a predicate that is not in the schema, and count as missing"
                    .formatted(files.get(0), unknown));
        }
        return texts;
    }

    /**
     * Reads the predicates of a schema, {@code {"predicate"}} and other fields per line.
     *
     * @param warnings told how many predicates are there more than once, as types may differ, and how many lines are blank
     * @return sorted, each once: the order in which they are numbered
     * @throws IOException as for texts
     */
    public static List<String> predicates(Path schema, Consumer<String> warnings) throws IOException {
        try (Lines lines = Lines.of(schema)) {
            List<SchemaFields> fields = JsonLines.read(lines, SchemaFields.class, warnings);
            Set<String> predicates = new TreeSet<>();
            Set<String> repeated = new TreeSet<>();
            for (SchemaFields line : fields) {
                if (!predicates.add(line.predicate())) {
                    repeated.add(line.predicate());
                }
            }
            if (!repeated.isEmpty()) {
                warnings.accept("%s: %d predicates in %d lines, as some are listed more than once: %s"
                        .formatted(schema, predicates.size(), fields.size(), String.join(", ", repeated)));
            }
            return List.copyOf(predicates);
        }
    }
}
