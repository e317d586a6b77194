package io.github.bert4j.answer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.Report;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.text.TokenSpan;
import java.util.Collection;
import java.util.Set;

/**
 * What training data showed answers to be; a bundle's head.
 *
 * @param unanswerable whether some questions have none; if not, every question gets one
 * @param longestAnswer in characters; none longer is given
 * @param maxLength characters of question and passage that are read at once
 */
public record AnswerHead(
        @JsonProperty(required = true) boolean unanswerable,
        @JsonProperty(required = true) int longestAnswer,
        @JsonProperty(required = true) int maxLength)
        implements TaskHead<LabelledQuestion> {
    static final QuestionFields FIELDS = QuestionFields.textAnd("question");

    /** @throws IllegalArgumentException if nothing is read, or an answer's length is negative */
    public AnswerHead {
        TaskHead.requireLength(maxLength);
        if (longestAnswer < 0) {
            throw new IllegalArgumentException("A longest answer of %d: expected 0 or more".formatted(longestAnswer));
        }
    }

    @Override
    public QuestionFields fields() {
        return FIELDS;
    }

    @Override
    public Set<Report> reports() {
        return Set.of(Report.PREDICTIONS);
    }

    static AnswerHead untrained(int maxLength) {
        return new AnswerHead(false, 0, maxLength);
    }

    /** What is known, and what more data shows. */
    AnswerHead learn(boolean someUnanswerable, Collection<TokenSpan> answers) {
        int longest = answers.stream()
                .mapToInt(answer -> answer.end() - answer.start() + 1)
                .reduce(longestAnswer, Math::max);
        return new AnswerHead(unanswerable || someUnanswerable, longest, maxLength);
    }
}
