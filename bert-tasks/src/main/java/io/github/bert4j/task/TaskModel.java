package io.github.bert4j.task;

import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A task's model: it is trained, answers, and is saved.
 *
 * <p>Any number of threads may predict, evaluate and save at a time, and one may train meanwhile: then each batch is
 * predicted by the weights that one training step left. A second {@code fit} meanwhile is refused by an
 * {@link IllegalStateException}, and so is everything after {@code close}; what is under way then is finished, or ends with
 * that exception.
 *
 * @param <S> a labelled record
 * @param <Q> what is asked
 * @param <A> an answer
 */
public interface TaskModel<S, Q, A> extends Predictor<Q, A>, TrainedModel<S> {

    /** Trains without looking at validation data. */
    default History fit(List<S> train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /** Trains, and measures what the task is judged by on validation data after every epoch. */
    default History fit(List<S> train, int epochs, List<S> validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).metrics(), callbacks);
    }

    /** Trains, and measures what the caller measures after every epoch. */
    History fit(List<S> train, int epochs, Validation validation, Callback... callbacks);

    /** Saves everything that loading needs; a bundle that is there is replaced once the new one is complete. */
    default void save(Path directory) throws IOException {
        backbone().save(directory, head(), model());
    }

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

    @Override
    default List<Model> models() {
        return List.of(model());
    }

    @Override
    default long cut() {
        return backbone().cut();
    }

    /** BERT, and what every task does with it. */
    Backbone backbone();

    @Override
    default void close() {
        backbone().close();
    }
}
