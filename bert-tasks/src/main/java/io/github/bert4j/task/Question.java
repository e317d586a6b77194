package io.github.bert4j.task;

import java.util.Objects;
import java.util.Optional;

/**
 * What is asked of a trained model, whatever its task; {@link QuestionFields} tell which parts a task needs.
 *
 * @param id handed through to the answer: anything that Jackson can write
 * @param text what the question is about, of any content
 * @param second the other text of a pair
 * @param asked what is asked about the text, such as an event's type
 */
public record Question(Optional<Object> id, String text, Optional<String> second, Optional<String> asked) {

    public Question {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(second, "second");
        Objects.requireNonNull(asked, "asked");
    }

    /** A text by itself. */
    public static Question of(String text) {
        return new Question(Optional.empty(), text, Optional.empty(), Optional.empty());
    }

    /** A pair of texts. */
    public static Question of(String text, String second) {
        return new Question(Optional.empty(), text, Optional.of(second), Optional.empty());
    }

    /** A text, and what is asked about it. */
    public static Question about(String asked, String text) {
        return new Question(Optional.empty(), text, Optional.empty(), Optional.of(asked));
    }
}
