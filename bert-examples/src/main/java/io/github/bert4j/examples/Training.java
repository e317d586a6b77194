package io.github.bert4j.examples;

import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback.EpochEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains a task's model and keeps the best epoch's as a bundle.
 *
 * @param metric the one to be large, such as {@code val_accuracy}
 * @param validation may be empty; then the last epoch's is kept
 * @param <S> a labelled text
 */
record Training<S>(String metric, int epochs, List<S> train, List<S> validation, Path bundle) {

    /** Makes a task's model from a checkpoint. */
    @FunctionalInterface
    interface Start<S> {
        Trainable<S> from(Path checkpoint, TrainingOptions options) throws IOException;
    }

    /** The epoch that was kept. */
    EpochEnd run(
            Start<S> start,
            CheckpointOptions checkpoint,
            TrainingOptions options,
            ComputeOptions compute,
            Console console)
            throws IOException {
        BundleWriter.requireFree(bundle);
        try (Trainable<S> model = checkpoint.read((directory, gelu) -> start.from(directory, options.withGelu(gelu)))) {
            compute.watch(model.model().graph());
            TrainingProgress progress = new TrainingProgress(console);
            SaveBest best = new SaveBest(metric, () -> model.save(bundle));
            if (validation.isEmpty()) {
                model.fit(train, epochs, progress, best);
            } else {
                model.fit(train, epochs, validation, progress, best);
            }
            return best.best();
        }
    }
}
