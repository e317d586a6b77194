package io.github.bert4j.similarity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the library knows of {@code similarity}. */
public final class SimilarityTask implements TaskType<LabelledPair, SimilarityTask.Head, SentenceEncoder> {
    /** How vectors of tokens become one. */
    public static final TaskOption<Pooling> POOLING = TaskOption.of(
            "pooling",
            Pooling.class,
            Pooling.CLS,
            "The vector of [CLS], or the mean or the largest of the tokens' numbers.");

    /** What vectors learn from pairs. */
    public static final TaskOption<PairLoss> LOSS = TaskOption.of(
            "loss",
            PairLoss.class,
            PairLoss.COSENT,
            "Put cosines in the order of the scores; or find the text of a query among all texts of the batch, also the query"
                    + " of a text; or keep a query closer to its text than to another. All but the first take pairs of the"
                    + " upper half of the scores for similar, and are judged by ndcg@10.");

    /** Hard negatives to look for before training. */
    public static final TaskOption<Integer> MINE = TaskOption.of(
                    "mine",
                    Integer.class,
                    0,
                    "With --loss negatives, both_ways or triplets: look for so many texts per query that are taken for similar"
                            + " and are not.")
            .above(-1);

    private static final Logger LOG = LoggerFactory.getLogger(SimilarityTask.class);
    static final SimilarityTask TASK = new SimilarityTask();

    /**
     * What a bundle keeps of the options.
     *
     * @param mined hard negatives that are looked for before training, per query
     * @param normalized whether vectors are divided by their length
     * @param prompts by name, see {@link Prompts}
     * @param standardPrompt the name of one, or empty
     */
    public record Head(
            @JsonProperty(required = true) Pooling pooling,
            @JsonProperty(required = true) int maxLength,
            @JsonSetter(nulls = Nulls.AS_EMPTY) PairLoss loss,
            int mined,
            boolean normalized,
            @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, String> prompts,
            @JsonSetter(nulls = Nulls.AS_EMPTY) String standardPrompt)
            implements TaskHead<LabelledPair> {

        /** @throws IllegalArgumentException if nothing is read, or the standard prompt is not there */
        public Head {
            TaskHead.requireLength(maxLength);
            if (mined < 0 || mined > 0 && !loss.isForRetrieval()) {
                throw new IllegalArgumentException(
                        "%d hard negatives per query with loss %s: expected 0 or more, and a loss that takes them: negatives, both_ways or triplets"
                                .formatted(mined, loss.name().toLowerCase(Locale.ROOT)));
            }
            prompts = new Prompts(prompts, standardPrompt).byName();
        }

        /** Without prompts, and for scored pairs. */
        Head(Pooling pooling, int maxLength) {
            this(pooling, maxLength, PairLoss.COSENT, 0, false, Map.of(), "");
        }

        /** The same, which learns otherwise. */
        Head with(PairLoss other, int minedPerQuery) {
            return new Head(pooling, maxLength, other, minedPerQuery, normalized, prompts, standardPrompt);
        }

        /** What is read before texts. */
        Prompts allPrompts() {
            return new Prompts(prompts, standardPrompt);
        }

        @Override
        public Optional<String> metric() {
            return loss.isForRetrieval() ? Optional.of("ndcg@10") : Optional.empty();
        }

        @Override
        public QuestionFields fields() {
            return QuestionFields.pair();
        }

        @Override
        public void check(List<LabelledPair> pairs, Consumer<String> warnings) {
            if (!loss.isForRetrieval()
                    && pairs.stream()
                                    .mapToDouble(LabelledPair::score)
                                    .distinct()
                                    .count()
                            < 2) {
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
        return List.of(POOLING, LOSS, MINE);
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
        return new Head(chosen.get(POOLING), options.maxLength()).with(chosen.get(LOSS), chosen.get(MINE));
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    /** What files of sentence-transformers say beside the checkpoint, and is not done, is warned about. */
    @Override
    public SentenceEncoder fromCheckpoint(Path checkpoint, Head head, TrainingOptions options) throws IOException {
        new SentenceTransformerFiles(checkpoint).unheeded(head).forEach(LOG::warn);
        return asItsFilesSay(checkpoint, head, options);
    }

    SentenceEncoder asItsFilesSay(Path checkpoint, Head head, TrainingOptions options) throws IOException {
        return TaskType.super.fromCheckpoint(checkpoint, head, options);
    }

    @Override
    public SentenceEncoder build(Head head, Backbone backbone) {
        return new SentenceEncoder(head, backbone);
    }
}
