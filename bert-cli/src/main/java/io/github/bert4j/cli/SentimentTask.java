package io.github.bert4j.cli;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.models.Evaluation;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.plots.Plots;
import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.deeplearning4j.core.evaluation.EvaluationTools;

/** {@code evaluate}, {@code predict} and {@code explain} for sentiment. */
record SentimentTask(SentimentClassifier classifier) implements ExplainedTask {
    /** What {@code evaluate} prints. */
    record Measured(Task task, int samples, double loss, double accuracy) {}

    /** What {@code predict} prints. */
    record Answer(String text, String label, double probability, Map<String, Double> probabilities) {
        static Answer of(Sentiment sentiment) {
            return new Answer(
                    sentiment.text(),
                    String.valueOf(sentiment.label()),
                    sentiment.probability(),
                    new TreeMap<>(Map.of("0", 1 - sentiment.positive(), "1", sentiment.positive())));
        }
    }

    static SentimentTask load(Bundle bundle, Precision precision) throws IOException {
        return new SentimentTask(SentimentClassifier.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut(ReportOptions.Kind.ROC, ReportOptions.Kind.CONFUSION);
        List<Review> reviews = ReviewFiles.read(files, log);
        Evaluation evaluation = classifier.evaluate(reviews);
        reports.write(
                ReportOptions.Kind.ROC,
                file -> EvaluationTools.exportRocChartsToHtmlFile(classifier.roc(reviews), file.toFile()));
        reports.write(
                ReportOptions.Kind.CONFUSION,
                file -> Plots.of(classifier.confusion(reviews)).save(file));
        return new Measured(Task.SENTIMENT, reviews.size(), evaluation.loss(), evaluation.metric("accuracy"));
    }

    @Override
    public List<Answer> predict(List<String> lines) {
        return classifier.predict(lines).stream().map(Answer::of).toList();
    }

    /** @throws IllegalArgumentException if the label is not 1: what speaks against it speaks for 0 */
    @Override
    public TextAttributions attributions(String line, Optional<String> label, int steps) {
        TextAttributions attributions = classifier.attributions(line, steps);
        if (!label.orElse(attributions.label()).equals(attributions.label())) {
            throw new IllegalArgumentException(
                    "Label \"%s\": expected %s, for which a character speaks, or against it, for 0"
                            .formatted(label.get(), attributions.label()));
        }
        return attributions;
    }

    @Override
    public TextAttention attention(String line) {
        return classifier.attention(line);
    }

    @Override
    public Task task() {
        return Task.SENTIMENT;
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
