package io.github.bert4j.answer;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the library knows of {@code answer}. */
public final class AnswerTask implements TaskType<LabelledQuestion, AnswerHead, AnswerExtractor> {
    static final AnswerTask TASK = new AnswerTask();

    /** @param answers none if the text has none */
    private record Fields(
            @JsonSetter(nulls = Nulls.AS_EMPTY) String id,
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) String question,
            @JsonProperty(required = true) List<AnswerFields> answers)
            implements LabelledFields<LabelledQuestion> {

        @Override
        public LabelledQuestion labelled() {
            return new LabelledQuestion(
                    id,
                    new PassageQuestion(question, text),
                    answers.stream()
                            .map(answer -> KnownAnswer.nearest(text, answer.text(), answer.start()))
                            .toList());
        }
    }

    /** @param start about where it stands, in UTF-16 units */
    private record AnswerFields(
            @JsonProperty(required = true) String text, int start) {}

    /** An answer; it is empty, and what is told of it null, where there is none. */
    record Said(String answer, Integer start, Integer end, Double probability) {
        static Said of(Optional<PassageAnswer> answer) {
            return new Said(
                    answer.map(PassageAnswer::text).orElse(""),
                    answer.map(PassageAnswer::start).orElse(null),
                    answer.map(PassageAnswer::end).orElse(null),
                    answer.map(PassageAnswer::probability).orElse(null));
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "answer",
                "Learn to find the part of a passage that answers a question, or that there is none; the best epoch is that of the"
                        + " best F1.",
                "FILE: JSON as of SQuAD v1.1 or v2.0, or of CMRC 2018. --max-length counts question and passage; a longer passage"
                        + " is read in overlapping windows.",
                AnswerExtractor.DEFAULTS,
                AnswerExtractor.DEFAULT_EPOCHS,
                "f1",
                new Tokenization(Tokens.CHARACTERS, false));
    }

    @Override
    public QuestionFields questions() {
        return AnswerHead.FIELDS;
    }

    @Override
    public List<String> labels(LabelledQuestion sample) {
        return List.of(sample.answers().isEmpty() ? "without an answer" : "with an answer");
    }

    @Override
    public boolean labelsWholeTexts() {
        return false;
    }

    @Override
    public Class<? extends LabelledFields<LabelledQuestion>> fields() {
        return Fields.class;
    }

    @Override
    public Class<AnswerHead> head() {
        return AnswerHead.class;
    }

    @Override
    public AnswerHead head(
            List<LabelledQuestion> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return AnswerHead.untrained(options.maxLength());
    }

    @Override
    public TrainingOptions options(AnswerHead head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public AnswerExtractor build(AnswerHead head, Backbone backbone) {
        return new AnswerExtractor(head, backbone);
    }
}
