package io.github.bert4j.examples;

import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.plots.AttributionPage;
import io.github.bert4j.plots.Plots;
import io.github.bert4j.plots.TrainingPlots;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pictures of a training, and of what its result does with a text. */
public final class PlotsExample {
    private PlotsExample() {}

    /** @param arguments the checkpoint's directory, files of reviews to learn from and to measure on, and a directory for pictures */
    public static void main(String[] arguments) throws IOException {
        draw(
                Path.of(arguments[0]),
                ReviewFiles.read(List.of(Path.of(arguments[1])), System.err::println),
                ReviewFiles.read(List.of(Path.of(arguments[2])), System.err::println),
                Path.of(arguments[3]));
    }

    static void draw(Path checkpoint, List<LabelledReview> train, List<LabelledReview> validation, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        // The guide shows what follows.
        try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS)) {
            // By epoch and by step, drawn anew after every epoch.
            var history = classifier.fit(train, 5, validation, new TrainingPlots(folder.resolve("training")));
            Plots.of(history).save(folder.resolve("history.png"));
            Plots.of(classifier.evaluate(validation).confusion().orElseThrow()).save(folder.resolve("confusion.png"));

            var text = "房间干净，服务也好，但是早餐太差了。";
            var attributions = classifier.attributions(text);
            new AttributionPage(attributions).save(folder.resolve("attributions.html"));

            var attention = classifier.attention(text);
            Plots.of(attention.map(1, 0)).save(folder.resolve("head.png")); // layer 1, head 0
            Plots.of(attention.mean(1)).save(folder.resolve("layer.png")); // the mean of its heads
        }
        // So far the guide.
    }
}
