package io.github.bert4j.spark;

import io.github.bert4j.task.Answer;
import io.github.bert4j.task.FailureMessage;
import io.github.bert4j.task.NumericAnswer;
import io.github.bert4j.task.Question;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Answers as the columns that rows get. */
final class RowAnswers {
    private RowAnswers() {}

    /** Answers questions in their order. Where all together fail, each half is tried, so that one row alone fails. */
    static Stream<Answer> of(List<Question> questions, Function<List<Question>, List<Answer>> model) {
        try {
            return model.apply(questions).stream();
        } catch (RuntimeException e) {
            if (questions.size() == 1) {
                return Stream.of(Answer.failure(questions.get(0), FailureMessage.of(e)));
            }
            int half = questions.size() / 2;
            return Stream.concat(
                    of(questions.subList(0, half), model), of(questions.subList(half, questions.size()), model));
        }
    }

    /** @param numeric whether there are columns for a number and how probable it is */
    static Object[] columns(Answer answer, boolean numeric) {
        String json = answer.toString();
        String error = answer.error().orElse(null);
        if (!numeric) {
            return new Object[] {json, error};
        }
        if (answer.said().orElse(null) instanceof NumericAnswer said) {
            Double probability =
                    said.confidence().isPresent() ? said.confidence().getAsDouble() : null;
            return new Object[] {json, error, said.prediction(), probability};
        }
        return new Object[] {json, error, null, null};
    }
}
