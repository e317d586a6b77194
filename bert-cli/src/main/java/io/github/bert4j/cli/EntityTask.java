package io.github.bert4j.cli;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.cli.ReportOptions.Kind;
import io.github.bert4j.datasets.EntityFiles;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityEvaluation;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.plots.Plots;
import io.github.bert4j.score.ScoreTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@code evaluate} and {@code predict} for entities. */
record EntityTask(EntityRecognizer recognizer) implements TrainedTask {

    /** What {@code predict} prints: what {@code train} reads. */
    record Answer(String text, List<Entity> entities) {}

    static EntityTask load(Bundle bundle, Precision precision) throws IOException {
        return new EntityTask(EntityRecognizer.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut(Kind.SCORES, Kind.CHART);
        EntityEvaluation evaluation = recognizer.evaluate(EntityFiles.gold(files, recognizer.labels(), log));
        ScoreTable table = evaluation.table();
        log.accept(table.toString());
        reports.write(Kind.SCORES, table::saveCsv);
        reports.write(Kind.CHART, Plots.of(table)::save);
        return Measured.of(Task.ENTITY, evaluation.texts().size(), evaluation.score());
    }

    @Override
    public List<Answer> predict(List<String> lines) {
        List<String> texts = lines.stream().map(TextLine::text).toList();
        List<List<Entity>> found = recognizer.predict(texts);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Answer(texts.get(i), found.get(i)))
                .toList();
    }

    @Override
    public Task task() {
        return Task.ENTITY;
    }

    @Override
    public List<Model> models() {
        return List.of(recognizer.model());
    }

    @Override
    public void close() {
        recognizer.close();
    }
}
