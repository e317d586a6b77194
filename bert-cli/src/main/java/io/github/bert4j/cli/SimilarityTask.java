package io.github.bert4j.cli;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.datasets.PairFiles;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SimilarityEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** {@code evaluate} and {@code predict} for similarity. */
record SimilarityTask(SentenceEncoder encoder) implements TrainedTask {
    /** What {@code evaluate} prints; what cannot be measured is null. */
    record Measured(Task task, int samples, Double spearman, Double accuracy, Double threshold) {}

    /** What {@code predict} prints. */
    record Answer(String text, String second, double similarity) {}

    static SimilarityTask load(Bundle bundle, Precision precision) throws IOException {
        return new SimilarityTask(SentenceEncoder.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut();
        SimilarityEvaluation evaluation = encoder.evaluate(PairFiles.readMeasurable(files, log));
        return new Measured(
                Task.SIMILARITY,
                evaluation.samples(),
                number(evaluation.spearman()),
                number(evaluation.accuracy()),
                number(evaluation.threshold()));
    }

    @Override
    public List<?> predict(List<String> lines) {
        List<TextInput> inputs = lines.stream().map(ClassificationFiles::input).toList();
        List<TextInput> pairs =
                inputs.stream().filter(input -> input.second().isPresent()).toList();
        double[] similarities = encoder.similarities(
                pairs.stream().map(TextInput::text).toList(),
                pairs.stream().map(input -> input.second().orElseThrow()).toList());
        List<Object> answers = new ArrayList<>();
        int next = 0;
        for (TextInput input : inputs) {
            answers.add(
                    input.second().isPresent()
                            ? new Answer(input.text(), input.second().orElseThrow(), similarities[next++])
                            : new Failure(input.text(), "expected two texts with a TAB between"));
        }
        return answers;
    }

    @Override
    public Task task() {
        return Task.SIMILARITY;
    }

    @Override
    public List<Model> models() {
        return List.of(encoder.model());
    }

    @Override
    public void close() {
        encoder.close();
    }

    private static Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
