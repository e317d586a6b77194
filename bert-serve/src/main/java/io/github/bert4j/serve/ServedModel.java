package io.github.bert4j.serve;

import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.TrainedTask;
import java.util.List;

/** A model as the server sees it. */
public interface ServedModel {

    /** What it was trained for, such as {@code sentiment}. */
    String task();

    /** What is asked of it. */
    QuestionFields fields();

    /**
     * Answers questions; one thread at a time.
     *
     * @return one record per question, in the same order, that Jackson can write as a JSON object
     */
    List<?> answer(List<Question> questions);

    /** A trained model of any task; it stays the caller's to close. */
    static ServedModel of(TrainedTask<?> trained) {
        return new ServedModel() {
            @Override
            public String task() {
                return trained.type().name();
            }

            @Override
            public QuestionFields fields() {
                return trained.fields();
            }

            @Override
            public List<?> answer(List<Question> questions) {
                return trained.answer(questions);
            }
        };
    }
}
