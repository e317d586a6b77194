package io.github.bert4j.task;

import io.github.bert4j.data.Sample;
import java.util.List;
import java.util.Map;

/**
 * A model that gives whole texts probabilities of labels: what others can learn from it, and compare with the labels of data.
 *
 * @param <S> a labelled record
 */
public interface TextLabeller<S> {

    /**
     * A model, as one that labels whole texts.
     *
     * @throws IllegalArgumentException if its task is not of that kind
     */
    @SuppressWarnings("unchecked") // a task's model reads the task's records
    static <S> TextLabeller<S> of(TaskModel<S, ?, ?> model) {
        if (model instanceof TextLabeller<?> labeller) {
            return (TextLabeller<S>) labeller;
        }
        throw new IllegalArgumentException(
                "A %s gives texts no labels as a whole: expected a model for sentiment or classification"
                        .formatted(model.getClass().getSimpleName()));
    }

    /** The text of a labelled record, without its label. */
    Question question(S sample);

    /** What the model is fed. */
    Sample input(Question question);

    /** The probability of each label, by question, in the order given. */
    List<Map<String, Double>> probabilities(List<Question> questions);
}
