package io.github.bert4j.answer;

import java.util.Objects;

/**
 * A question about a text.
 *
 * @param passage where the answer is looked for, of any length
 */
public record Question(String question, String passage) {
    public Question {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(passage, "passage");
    }
}
