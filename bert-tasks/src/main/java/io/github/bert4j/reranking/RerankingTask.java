package io.github.bert4j.reranking;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.SimilarityTask;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.List;
import java.util.function.Consumer;

/** What the library knows of {@code reranking}. */
public final class RerankingTask implements TaskType<LabelledPair, RerankingTask.Head, Reranker> {
    static final RerankingTask TASK = new RerankingTask();

    /** What a bundle keeps of the options. */
    public record Head(@JsonProperty(required = true) int maxLength) implements TaskHead<LabelledPair> {

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

    /** An answer. */
    record Said(double score) {}

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "reranking",
                "Learn how well a text answers a query, reading both at once; the best epoch is that of the best Spearman"
                        + " correlation.",
                "FILE: lines of score, TAB, query, TAB, text; scores are 0 and 1, or any scale.",
                Reranker.DEFAULTS,
                Reranker.DEFAULT_EPOCHS,
                "spearman",
                new Tokenization(Tokens.WORD_PIECES, true));
    }

    @Override
    public QuestionFields questions() {
        return QuestionFields.pair();
    }

    @Override
    public Class<? extends LabelledFields<LabelledPair>> fields() {
        return new SimilarityTask().fields();
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(List<LabelledPair> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return new Head(options.maxLength());
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public Reranker build(Head head, Backbone backbone) {
        return new Reranker(head, backbone);
    }
}
