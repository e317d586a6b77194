package io.github.bert4j.task;

import io.github.bert4j.models.Model;
import java.util.List;

/**
 * A model that was trained for a task, or several that answer together, as code sees it that knows nothing of the task.
 *
 * @param <S> a labelled record
 */
public interface TrainedModel<S> extends AutoCloseable {

    /** What a bundle keeps of it. */
    TaskHead<S> head();

    /**
     * Answers questions that have what {@link TaskHead#fields} ask for.
     *
     * @return for each question, in their order, a record whose components become fields of the answer's JSON
     */
    List<?> said(List<Question> questions);

    /** Compares answers with labelled data. */
    TaskEvaluation evaluate(List<S> samples);

    /** How often a text was cut so far since it was longer than the maximum length; 0 where longer ones are read in parts. */
    default long cut() {
        return 0;
    }

    /** The models at work. */
    List<Model> models();

    /** Frees the native memory, once calls under way are done; it does not wait for them. Closing again does nothing. */
    @Override
    void close();
}
