package io.github.bert4j.cli;

import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.files.ProcessLock;
import io.github.bert4j.task.FailureMessage;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Callback.EpochEnd;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains a task's model and keeps the best epoch's as a bundle.
 *
 * @param metric to be maximized, such as {@code val_accuracy}
 * @param validation may be empty; then the last epoch's is kept
 * @param <S> a labelled text
 */
record TrainingRun<S>(String metric, Fitting<S> fitting, List<S> validation, Path bundle) {

    /** Trains the model. */
    @FunctionalInterface
    interface Fitting<S> {
        void fit(TaskModel<S, ?, ?> model, Validation validation, Callback... callbacks) throws IOException;
    }

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
        Optional<ProcessLock> held = ProcessLock.acquire(lock());
        if (held.isEmpty()) {
            throw new IOException(bundle + " is the result of another training that runs now: choose another place");
        }
        try {
            return alone(start, compute, console, others);
        } finally {
            held.get().close();
        }
    }

    /** Beside the bundle; the folder around one that is mounted may not be writable. */
    private Path lock() throws IOException {
        Path place = Files.exists(bundle)
                ? bundle.toRealPath()
                : bundle.toAbsolutePath().normalize();
        return Files.isWritable(place.getParent())
                ? place.resolveSibling("." + place.getFileName() + PendingDirectory.TRAINING)
                : place.resolve(PendingDirectory.TRAINING);
    }

    private EpochEnd alone(Start<S> start, ComputeOptions compute, Console console, List<Callback> others)
            throws IOException {
        try (TaskModel<S, ?, ?> model = start.model()) {
            compute.watch(model.model().graph());
            SaveBest best = new SaveBest(metric, () -> save(model));
            Callback[] callbacks = Stream.concat(Stream.of(console.progressBar(), best), others.stream())
                    .toArray(Callback[]::new);
            Validation measured = validation.isEmpty()
                    ? Map::of
                    : () -> model.evaluate(validation).metrics();
            fitting.fit(model, measured, callbacks);
            return best.best();
        }
    }

    /** Hours of training are not lost for a directory that has gone, or a disk that is full by now. */
    private void save(TaskModel<S, ?, ?> model) throws IOException {
        try {
            model.save(bundle);
        } catch (IOException failure) {
            Path rescue = Files.createTempDirectory("bert4j-rescued-");
            try {
                model.save(rescue);
            } catch (IOException another) {
                Files.delete(rescue);
                failure.addSuppressed(another);
                throw failure;
            }
            throw new IOException(
                    "%s. The model of this epoch is kept as %s instead: move it to where it should be"
                            .formatted(FailureMessage.of(failure), rescue),
                    failure);
        }
    }
}
