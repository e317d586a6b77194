package io.github.bert4j.examples;

import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentOptions;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a classifier and keeps the best epoch's as a bundle.
 *
 * @param validation may be empty; then the last epoch's is kept
 */
record SentimentTraining(
        CheckpointOptions checkpoint,
        ComputeOptions compute,
        SentimentOptions options,
        int epochs,
        List<Review> train,
        List<Review> validation,
        Path bundle) {

    /** What {@code train} prints; without validation data there are no samples, and loss and accuracy are null. */
    record Report(Task task, String bundle, int epochs, int bestEpoch, int samples, Double loss, Double accuracy) {}

    Report run(Callback... callbacks) throws IOException {
        BundleWriter.requireFree(bundle);
        Precision precision = compute.begin();
        try (SentimentClassifier classifier = checkpoint.read((directory, gelu) ->
                SentimentClassifier.fromCheckpoint(directory, options.withGelu(gelu), precision))) {
            compute.watch(classifier.model().graph());
            SaveBest best = new SaveBest("val_accuracy", () -> classifier.save(bundle));
            List<Callback> all = new ArrayList<>(Arrays.asList(callbacks));
            all.add(best);
            Callback[] told = all.toArray(Callback[]::new);
            if (validation.isEmpty()) {
                classifier.fit(train, epochs, told);
            } else {
                classifier.fit(train, epochs, validation, told);
            }
            return new Report(
                    Task.SENTIMENT,
                    bundle.toString(),
                    epochs,
                    best.best().number(),
                    validation.size(),
                    best.best().metrics().get("val_loss"),
                    best.best().metrics().get("val_accuracy"));
        }
    }
}
