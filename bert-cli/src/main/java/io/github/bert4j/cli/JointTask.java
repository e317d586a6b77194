package io.github.bert4j.cli;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.cli.ReportOptions.Kind;
import io.github.bert4j.datasets.JointFiles;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.joint.JointAnswer;
import io.github.bert4j.joint.JointEvaluation;
import io.github.bert4j.joint.JointRecognizer;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.plots.Plots;
import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@code evaluate} and {@code predict} for joint classification and entities. */
record JointTask(JointRecognizer recognizer) implements TrainedTask {
    /** What {@code evaluate} prints: of classes, of entities, and of both. */
    record Measured(
            Task task,
            int samples,
            double accuracy,
            double precision,
            double recall,
            double f1,
            double sentenceAccuracy) {}

    /** What {@code predict} prints: what {@code train} reads, and the label's probability. */
    record Answer(String text, String label, double probability, List<Entity> entities) {}

    static JointTask load(Bundle bundle, Precision precision) throws IOException {
        return new JointTask(JointRecognizer.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut(Kind.SCORES, Kind.CHART, Kind.CONFUSION);
        JointEvaluation evaluation = recognizer.evaluate(JointFiles.gold(files, recognizer.labels(), log));
        ScoreTable entities = evaluation.entities().table();
        log.accept(evaluation.classification().table().toString());
        log.accept(entities.toString());
        reports.write(Kind.SCORES, entities::saveCsv);
        reports.write(Kind.CHART, Plots.of(entities)::save);
        reports.write(
                Kind.CONFUSION,
                file -> Plots.of(evaluation.classification().confusion().orElseThrow())
                        .save(file));
        Score score = entities.total();
        return new Measured(
                Task.JOINT,
                evaluation.classification().samples(),
                evaluation.classification().accuracy(),
                score.precision(),
                score.recall(),
                score.f1(),
                evaluation.sentenceAccuracy());
    }

    @Override
    public List<Answer> predict(List<String> lines) {
        List<String> texts = lines.stream().map(TextLine::text).toList();
        List<JointAnswer> answers = recognizer.predict(texts);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> answer(texts.get(i), answers.get(i)))
                .toList();
    }

    @Override
    public Task task() {
        return Task.JOINT;
    }

    @Override
    public List<Model> models() {
        return List.of(recognizer.model());
    }

    @Override
    public void close() {
        recognizer.close();
    }

    private static Answer answer(String text, JointAnswer answer) {
        return new Answer(text, answer.label(), answer.probability(), answer.entities());
    }
}
