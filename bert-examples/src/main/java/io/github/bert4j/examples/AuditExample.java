package io.github.bert4j.examples;

import io.github.bert4j.audit.LabelAudit;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Audit: which labels of the data are probably wrong. */
public final class AuditExample {
    private AuditExample() {}

    /** @param arguments the checkpoint's directory, and a file of reviews */
    public static void main(String[] arguments) throws IOException {
        audit(Path.of(arguments[0]), ReviewFiles.read(List.of(Path.of(arguments[1])), System.err::println), 5);
    }

    static void audit(Path checkpoint, List<LabelledReview> rows, int folds) throws IOException {
        // The guide shows what follows.
        var options = SentimentClassifier.DEFAULTS.withLearningRate(5e-5);
        var audit = LabelAudit.crossValidate(new SentimentTask(), rows, folds, 42, train -> {
            var model = SentimentClassifier.fromCheckpoint(checkpoint, options);
            model.fit(train, 2); // few epochs: nothing is learned by heart
            return model;
        });
        for (var suspect : audit.issues()) { // the most suspicious first
            System.out.println(rows.get(suspect.row()).text() + " is rather " + suspect.expected());
        }
        audit.counts().forEach(System.out::println); // by label
        // So far the guide.
    }
}
