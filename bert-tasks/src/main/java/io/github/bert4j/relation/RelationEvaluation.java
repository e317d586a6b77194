package io.github.bert4j.relation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import io.github.bert4j.task.TaskEvaluation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was found in annotated texts, beside what should have been; triples are compared {@link Triple#normalized}. */
public record RelationEvaluation(List<Comparison> texts) implements TaskEvaluation {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One text. */
    public record Comparison(LabelledRelations annotated, List<ExtractedTriple> found) {

        /** The triples of the data. */
        public Set<Triple> gold() {
            return normalized(annotated.triples().stream());
        }

        /** The triples found. */
        public Set<Triple> predicted() {
            return normalized(found.stream().map(ExtractedTriple::triple));
        }

        private static Set<Triple> normalized(Stream<Triple> triples) {
            return triples.map(Triple::normalized).collect(Collectors.toCollection(LinkedHashSet::new));
        }
    }

    private record ReportLine(
            String text,
            Set<Triple> gold,
            Set<Triple> predicted,
            @JsonProperty("new") Set<Triple> added,
            Set<Triple> missing) {}

    private record PredictionLine(
            String text, @JsonProperty("spo_list") List<Triple> triples) {}

    public RelationEvaluation {
        texts = List.copyOf(texts);
    }

    /** Micro precision, recall and F1: over the triples of all texts together. */
    public Score score() {
        return table().total();
    }

    /** {@code precision}, {@code recall} and {@code f1} of {@link #score}, in this order. */
    @Override
    public Map<String, Double> metrics() {
        return score().metrics();
    }

    @Override
    public int samples() {
        return texts.size();
    }

    @Override
    public Map<String, Object> figures() {
        return score().figures(samples());
    }

    @Override
    public List<ScoreTable> tables() {
        return List.of(table());
    }

    /** Precision, recall and F1 of every predicate. */
    public ScoreTable table() {
        ScoreTable table = new ScoreTable();
        texts.forEach(text -> table.add(text.gold(), text.predicted(), Triple::predicate));
        return table;
    }

    /** Saves a line of JSON for each text: {@code text}, {@code gold}, {@code predicted}, {@code new}, {@code missing}. */
    @Override
    public void saveReport(Path file) throws IOException {
        save(file, texts.stream().map(text -> {
            Set<Triple> gold = text.gold();
            Set<Triple> predicted = text.predicted();
            return new ReportLine(
                    text.annotated().text(), gold, predicted, without(predicted, gold), without(gold, predicted));
        }));
    }

    /** Saves the triples found in the format of the data: a line {@code {"text", "spo_list"}} of JSON for each text. */
    @Override
    public void savePredictions(Path file) throws IOException {
        save(
                file,
                texts.stream()
                        .map(text -> new PredictionLine(
                                text.annotated().text(),
                                text.found().stream()
                                        .map(ExtractedTriple::triple)
                                        .toList())));
    }

    private static Set<Triple> without(Set<Triple> triples, Set<Triple> others) {
        Set<Triple> rest = new LinkedHashSet<>(triples);
        rest.removeAll(others);
        return rest;
    }

    private static void save(Path file, Stream<?> lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object line : lines.toList()) {
            bytes.write(JSON.writeValueAsBytes(line));
            bytes.write('\n');
        }
        PendingFile.write(file, bytes.toByteArray());
    }
}
