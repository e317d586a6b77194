package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.cli.ReportOptions.Kind;
import io.github.bert4j.datasets.RelationFiles;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.plots.Plots;
import io.github.bert4j.relation.ExtractedTriple;
import io.github.bert4j.relation.RelationEvaluation;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.score.ScoreTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@code evaluate} and {@code predict} for relations. */
record RelationTask(RelationExtractor extractor) implements TrainedTask {
    /** What {@code predict} prints. */
    @JsonPropertyOrder({"text", "spo_list"}) // versions of Jackson that programs bring put renamed ones first
    record Answer(String text, @JsonProperty("spo_list") List<Found> triples) {}

    /** One triple of an answer. */
    @JsonPropertyOrder({"subject", "predicate", "object", "subject_start", "subject_end", "object_start", "object_end"})
    record Found(
            String subject,
            String predicate,
            String object,
            @JsonProperty("subject_start") int subjectStart,
            @JsonProperty("subject_end") int subjectEnd,
            @JsonProperty("object_start") int objectStart,
            @JsonProperty("object_end") int objectEnd) {
        static Found of(ExtractedTriple triple) {
            return new Found(
                    triple.subject().text(),
                    triple.predicate(),
                    triple.object().text(),
                    triple.subject().start(),
                    triple.subject().end(),
                    triple.object().start(),
                    triple.object().end());
        }
    }

    static RelationTask load(Bundle bundle, Precision precision) throws IOException {
        return new RelationTask(RelationExtractor.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut(Kind.SCORES, Kind.CHART, Kind.COMPARISON, Kind.PREDICTIONS);
        RelationEvaluation evaluation = extractor.evaluate(RelationFiles.gold(files, extractor.predicates(), log));
        ScoreTable table = evaluation.table();
        log.accept(table.toString());
        reports.write(Kind.SCORES, table::saveCsv);
        reports.write(Kind.CHART, Plots.of(table)::save);
        reports.write(Kind.COMPARISON, evaluation::saveReport);
        reports.write(Kind.PREDICTIONS, evaluation::savePredictions);
        return Measured.of(Task.RELATION, evaluation.texts().size(), evaluation.score());
    }

    @Override
    public List<Answer> predict(List<String> lines) {
        List<String> texts = lines.stream().map(TextLine::text).toList();
        List<List<ExtractedTriple>> found = extractor.predict(texts);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Answer(
                        texts.get(i), found.get(i).stream().map(Found::of).toList()))
                .toList();
    }

    @Override
    public Task task() {
        return Task.RELATION;
    }

    @Override
    public List<Model> models() {
        return List.of(extractor.model());
    }

    @Override
    public void close() {
        extractor.close();
    }
}
