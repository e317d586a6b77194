package io.github.bert4j.answer;

import java.util.Objects;

/**
 * A question about a text.
 *
 * @param passage where the answer is looked for, of any length
 */
public record PassageQuestion(String question, String passage) {
    public PassageQuestion {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(passage, "passage");
    }
}
