package io.github.bert4j.similarity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskOption;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.List;
import java.util.function.Consumer;

/** What the library knows of {@code similarity}. */
public final class SimilarityTask implements TaskType<LabelledPair, SimilarityTask.Head, SentenceEncoder> {
    /** How vectors of tokens become one. */
    public static final TaskOption<Pooling> POOLING = TaskOption.of(
            "pooling",
            Pooling.class,
            Pooling.CLS,
            "The vector of [CLS], or the mean or the largest of the tokens' numbers.");

    static final SimilarityTask TASK = new SimilarityTask();

    /** What a bundle keeps of the options. */
    public record Head(
            @JsonProperty(required = true) Pooling pooling,
            @JsonProperty(required = true) int maxLength) implements TaskHead<LabelledPair> {

        /** @throws IllegalArgumentException if nothing is read */
        public Head {
            TaskHead.requireLength(maxLength);
        }

        @Override
        public QuestionFields fields() {
            return QuestionFields.pair();
        }

        @Override
        public void check(List<LabelledPair> pairs, Consumer<String> warnings) {
            if (pairs.stream().mapToDouble(LabelledPair::score).distinct().count() < 2) {
                throw new IllegalArgumentException(
                        "There is nothing to measure: all %d pairs have the same score".formatted(pairs.size()));
            }
        }
    }

    private record Fields(
            @JsonProperty(required = true) double score,
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) String second)
            implements LabelledFields<LabelledPair> {

        @Override
        public LabelledPair labelled() {
            return new LabelledPair(score, text, second);
        }
    }

    /** An answer. */
    record Said(double similarity) {}

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "similarity",
                "Learn vectors that are the closer the more similar the texts are; the best epoch is that of the best"
                        + " Spearman correlation.",
                "FILE: lines of score, TAB, text, TAB, text; scores are 0 and 1, or any scale: only their order counts.",
                SentenceEncoder.DEFAULTS,
                SentenceEncoder.DEFAULT_EPOCHS,
                "spearman",
                new Tokenization(Tokens.WORD_PIECES, true));
    }

    @Override
    public List<TaskOption<?>> options() {
        return List.of(POOLING);
    }

    @Override
    public QuestionFields questions() {
        return QuestionFields.pair();
    }

    @Override
    public boolean labelsWholeTexts() {
        return false;
    }

    @Override
    public Class<? extends LabelledFields<LabelledPair>> fields() {
        return Fields.class;
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(List<LabelledPair> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return new Head(chosen.get(POOLING), options.maxLength());
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public SentenceEncoder build(Head head, Backbone backbone) {
        return new SentenceEncoder(head, backbone);
    }
}
