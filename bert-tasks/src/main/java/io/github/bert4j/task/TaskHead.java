package io.github.bert4j.task;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a bundle keeps of a task beside weights: labels, lengths, what was learned of answers. A record that Jackson can write
 * and read.
 *
 * @param <S> a labelled record
 */
public interface TaskHead<S> {

    /**
     * For heads that keep how many tokens a model reads.
     *
     * @throws IllegalArgumentException if there are none
     */
    static void requireLength(int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("A maximum length of %d: expected at least 1".formatted(maxLength));
        }
    }

    /** What the model is asked. */
    default QuestionFields fields() {
        return QuestionFields.text();
    }

    /** The task's own options as they were chosen, as far as reading data needs them. */
    default TaskOptions chosen() {
        return TaskOptions.NONE;
    }

    /** The metric by which the best epoch is chosen, where that is not {@link TaskFacts#metric}. */
    default Optional<String> metric() {
        return Optional.empty();
    }

    /** The files that can be made of an evaluation. */
    default Set<Report> reports() {
        return Set.of();
    }

    /**
     * Looks at data to measure on.
     *
     * @param warnings told what counts as missed since no such model can say it
     * @throws IllegalArgumentException if there is nothing to measure
     */
    default void check(List<S> samples, Consumer<String> warnings) {}
}
