package io.github.bert4j.answer;

import java.util.List;
import java.util.Optional;

/**
 * A question and its right answers.
 *
 * @param id unique in its data set
 * @param answers any of them is right; none if the passage does not answer the question
 */
public record LabelledQuestion(String id, PassageQuestion question, List<KnownAnswer> answers) {
    public LabelledQuestion {
        answers = List.copyOf(answers);
    }

    /** Whether the passage answers the question. */
    public boolean isAnswerable() {
        return !answers.isEmpty();
    }

    /** The answer to learn from: the first one that stands in the passage. */
    Optional<KnownAnswer> learned() {
        return answers.stream().filter(answer -> answer.start().isPresent()).findFirst();
    }
}
