package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.classification.Classification;
import io.github.bert4j.classification.ClassificationEvaluation;
import io.github.bert4j.classification.ClassifiedText;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.cli.ReportOptions.Kind;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.plots.Plots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@code evaluate}, {@code predict} and {@code explain} for classification. */
record ClassificationTask(TextClassifier classifier) implements ExplainedTask {
    /** What {@code evaluate} prints. */
    record Measured(Task task, int samples, double accuracy, double microF1, double macroF1) {}

    /** What {@code predict} prints: label and its probability, or labels, where there may be several. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Answer(
            String text,
            String second,
            String label,
            Double probability,
            List<String> labels,
            Map<String, Double> probabilities) {

        static Answer of(Labelling labelling, TextInput input, Classification answer) {
            boolean one = labelling == Labelling.MULTI_CLASS;
            return new Answer(
                    input.text(),
                    input.second().orElse(null),
                    one ? answer.label() : null,
                    one ? answer.probability() : null,
                    one ? null : answer.labels(),
                    answer.probabilities());
        }
    }

    static ClassificationTask load(Bundle bundle, Precision precision) throws IOException {
        return new ClassificationTask(TextClassifier.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        if (classifier.labelling() == Labelling.MULTI_CLASS) {
            reports.requireNoneBut(Kind.SCORES, Kind.CHART, Kind.CONFUSION);
        } else {
            reports.requireNoneBut(Kind.SCORES, Kind.CHART);
        }
        List<ClassifiedText> texts =
                ClassificationFiles.of(classifier.labelling()).read(files, log);
        ClassificationFiles.reportUnknown(texts, classifier.labels(), log);
        ClassificationEvaluation evaluation = classifier.evaluate(texts);
        log.accept(evaluation.table().toString());
        reports.write(Kind.SCORES, evaluation.table()::saveCsv);
        reports.write(Kind.CHART, Plots.of(evaluation.table())::save);
        reports.write(
                Kind.CONFUSION,
                file -> Plots.of(evaluation.confusion().orElseThrow()).save(file));
        return new Measured(
                Task.CLASSIFICATION,
                evaluation.samples(),
                evaluation.accuracy(),
                evaluation.microF1(),
                evaluation.macroF1());
    }

    @Override
    public List<Answer> predict(List<String> lines) {
        List<TextInput> inputs = lines.stream().map(ClassificationFiles::input).toList();
        List<Classification> answers = classifier.predict(inputs);
        return IntStream.range(0, inputs.size())
                .mapToObj(i -> Answer.of(classifier.labelling(), inputs.get(i), answers.get(i)))
                .toList();
    }

    @Override
    public TextAttributions attributions(String line, Optional<String> label, int steps) {
        TextInput input = ClassificationFiles.input(line);
        String chosen =
                label.orElseGet(() -> classifier.predict(List.of(input)).get(0).label());
        return classifier.attributions(input, chosen, steps);
    }

    @Override
    public TextAttention attention(String line) {
        return classifier.attention(ClassificationFiles.input(line));
    }

    @Override
    public Task task() {
        return Task.CLASSIFICATION;
    }

    @Override
    public List<Model> models() {
        return List.of(classifier.model());
    }

    @Override
    public void close() {
        classifier.close();
    }
}
