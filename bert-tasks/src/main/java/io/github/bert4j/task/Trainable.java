package io.github.bert4j.task;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A task's model, as code sees it that trains any task.
 *
 * @param <S> a labelled text
 */
public interface Trainable<S> extends AutoCloseable {
    /**
     * Brings a bundle's weights into a task's new model, which is closed if that fails.
     *
     * @return the model
     */
    static <T extends Trainable<?>> T withWeights(Bundle bundle, T made) throws IOException {
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

    /** Frees the native memory. */
    @Override
    void close();
}
