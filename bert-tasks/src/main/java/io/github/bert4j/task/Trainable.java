package io.github.bert4j.task;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A task's model, as code sees it that trains any task.
 *
 * <p>Any number of threads may predict, evaluate and save at a time, and one may train meanwhile: then each batch is
 * predicted by the weights that one training step left. A second {@code fit} meanwhile is refused by an
 * {@link IllegalStateException}, and so is everything after {@code close}; what is under way then is finished, or ends with
 * that exception.
 *
 * @param <S> a labelled text
 */
public interface Trainable<S> extends AutoCloseable {
    /** Makes a task's new model on a BERT. */
    @FunctionalInterface
    interface Construction<T> {
        T make(TrainingOptions options, Bert bert) throws IOException;
    }

    /**
     * Makes what a bundle was trained to be and brings the weights into it; it is closed if that fails.
     *
     * @param precision of matrix products
     * @param options what the bundle says of them
     * @throws IllegalArgumentException if the machine cannot compute in that precision
     * @throws io.github.bert4j.bundle.BundleException if the bundle asks for what cannot be made
     */
    static <T extends Trainable<?>> T fromBundle(
            Bundle bundle, Precision precision, Supplier<TrainingOptions> options, Construction<T> construction)
            throws IOException {
        new Graph(0, precision).close(); // the one argument that is the caller's; all others are the bundle's
        BertSource source = bundle::bert;
        T made;
        try {
            TrainingOptions chosen = options.get().withPrecision(precision);
            made = source.build(chosen, bert -> construction.make(chosen, bert));
        } catch (IllegalArgumentException e) {
            throw bundle.unusable(e);
        }
        boolean loaded = false;
        try {
            bundle.loadWeights(made.model());
            loaded = true;
            return made;
        } finally {
            if (!loaded) {
                made.close();
            }
        }
    }

    /** Trains without looking at validation data. */
    History fit(List<S> train, int epochs, Callback... callbacks);

    /** Trains, and measures what the task is judged by on validation data after every epoch. */
    History fit(List<S> train, int epochs, List<S> validation, Callback... callbacks);

    /** Saves everything that loading needs; a bundle that is there is replaced once the new one is complete. */
    void save(Path directory) throws IOException;

    /**
     * Writes what predicts as ONNX, see {@link io.github.bert4j.onnx.OnnxModel}, and beside it {@code vocab.txt} and, under
     * the file's name with the ending {@code .json}, the settings that the texts' way in and the answers' way out need.
     *
     * @param file that is to be written, such as {@code model.onnx}; one that is there is replaced
     * @throws IOException if it cannot be written, or another vocabulary lies beside it
     */
    void exportOnnx(Path file) throws IOException;

    /** The model that is trained, for {@code summary()} and for code that goes further. */
    Model model();

    /** Frees the native memory, once calls under way are done; it does not wait for them. Closing again does nothing. */
    @Override
    void close();
}
