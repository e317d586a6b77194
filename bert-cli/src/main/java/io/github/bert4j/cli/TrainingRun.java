package io.github.bert4j.cli;

import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Callback.EpochEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Trains a task's model and keeps the best epoch's as a bundle.
 *
 * @param metric to be maximized, such as {@code val_accuracy}
 * @param validation may be empty; then the last epoch's is kept
 * @param <S> a labelled text
 */
record TrainingRun<S>(String metric, int epochs, List<S> train, List<S> validation, Path bundle) {

    /** Makes the model that is trained. */
    @FunctionalInterface
    interface Start<S> {
        TaskModel<S, ?, ?> model() throws IOException;
    }

    /**
     * The epoch that was kept.
     *
     * @param others what follows the training besides the progress bar
     */
    EpochEnd run(Start<S> start, ComputeOptions compute, Console console, List<Callback> others) throws IOException {
        BundleWriter.requireFree(bundle);
        try (TaskModel<S, ?, ?> model = start.model()) {
            compute.watch(model.model().graph());
            SaveBest best = new SaveBest(metric, () -> model.save(bundle));
            Callback[] callbacks = Stream.concat(Stream.of(console.progressBar(), best), others.stream())
                    .toArray(Callback[]::new);
            if (validation.isEmpty()) {
                model.fit(train, epochs, callbacks);
            } else {
                model.fit(train, epochs, validation, callbacks);
            }
            return best.best();
        }
    }
}
