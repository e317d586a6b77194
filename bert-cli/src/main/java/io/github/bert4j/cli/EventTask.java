package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.checkpoint.PendingFile;
import io.github.bert4j.cli.ReportOptions.Kind;
import io.github.bert4j.datasets.EventFiles;
import io.github.bert4j.datasets.EventRow;
import io.github.bert4j.event.Event;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.Subject;
import io.github.bert4j.event.SubjectEnsemble;
import io.github.bert4j.event.SubjectEvaluation;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.plots.Plots;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@code evaluate} and {@code predict} for the subjects of events. */
record EventTask(SubjectEnsemble ensemble) implements TrainedTask {
    /** What {@code evaluate} prints. */
    record Measured(Task task, int samples, double exactMatch, double rowMatch, int skippedOther) {}

    /** What {@code predict} prints; start, end and probability are null where there is no subject. */
    record Answer(
            @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode id,
            String text,
            String type,
            String entity,
            Integer start,
            Integer end,
            Double probability) {
        static Answer of(AboutText line, Optional<Subject> subject) {
            return new Answer(
                    line.id(),
                    line.text(),
                    line.asked(),
                    LabelledEvent.entity(subject),
                    subject.map(Subject::start).orElse(null),
                    subject.map(Subject::end).orElse(null),
                    subject.map(Subject::probability).orElse(null));
        }
    }

    static EventTask load(Bundle bundle, List<Path> others, Precision precision) throws IOException {
        return new EventTask(SubjectEnsemble.load(bundle, others, precision));
    }

    /** @throws IOException if all rows are of type 其他 */
    static void requireMeasurable(List<LabelledEvent> rows) throws IOException {
        if (rows.stream().allMatch(LabelledEvent::isOther)) {
            throw new IOException("There is nothing to measure: all %d rows are of type 其他".formatted(rows.size()));
        }
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut(Kind.SCORES, Kind.CHART, Kind.PREDICTIONS);
        List<EventRow> rows = EventFiles.read(files, log);
        List<LabelledEvent> labelled = EventRow.labelled(rows);
        requireMeasurable(labelled);
        List<Optional<Subject>> answers =
                ensemble.predict(labelled.stream().map(LabelledEvent::event).toList());
        SubjectEvaluation evaluation = SubjectEvaluation.of(labelled, answers);
        log.accept(evaluation.byType().toString());
        reports.write(Kind.SCORES, evaluation.byType()::saveCsv);
        reports.write(Kind.CHART, Plots.of(evaluation.byType())::save);
        reports.write(Kind.PREDICTIONS, file -> savePredictions(rows, answers, file));
        return new Measured(
                Task.EVENT,
                evaluation.samples(),
                evaluation.exactMatch(),
                evaluation.rowMatch(),
                evaluation.skippedOther());
    }

    @Override
    public List<?> predict(List<String> lines) {
        return AboutText.answer(lines, "type", this::answer);
    }

    @Override
    public Task task() {
        return Task.EVENT;
    }

    @Override
    public List<Model> models() {
        return ensemble.models();
    }

    @Override
    public void close() {
        ensemble.close();
    }

    private List<Answer> answer(List<AboutText> lines) {
        List<Optional<Subject>> subjects = ensemble.predict(
                lines.stream().map(line -> new Event(line.text(), line.asked())).toList());
        return IntStream.range(0, lines.size())
                .mapToObj(i -> Answer.of(lines.get(i), subjects.get(i)))
                .toList();
    }

    /** As the original contest takes them: id and entity, both in quotation marks, a line for every row. */
    private static void savePredictions(List<EventRow> rows, List<Optional<Subject>> answers, Path file)
            throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder()
                .quoteStrategy(QuoteStrategies.ALWAYS)
                .lineDelimiter(LineDelimiter.LF)
                .build(text)) {
            for (int i = 0; i < rows.size(); i++) {
                csv.writeRecord(rows.get(i).id(), LabelledEvent.entity(answers.get(i)));
            }
        }
        PendingFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
