package io.github.bert4j.sentiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.NumericAnswer;
import io.github.bert4j.task.Report;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What the library knows of {@code sentiment}. */
public final class SentimentTask implements TaskType<LabelledReview, SentimentTask.Head, SentimentClassifier> {
    static final SentimentTask TASK = new SentimentTask();
    static final String NEGATIVE = "0";
    static final String POSITIVE = "1";

    /** What a bundle keeps of the options. */
    public record Head(
            @JsonProperty(required = true) List<String> labels,
            @JsonProperty(required = true) int maxLength) implements TaskHead<LabelledReview> {

        /** @throws IllegalArgumentException if the labels are others, or nothing is read */
        public Head {
            labels = List.copyOf(labels);
            TaskHead.requireLength(maxLength);
            if (!labels.equals(List.of(NEGATIVE, POSITIVE))) {
                throw new IllegalArgumentException(
                        "Labels %s: expected %s".formatted(labels, List.of(NEGATIVE, POSITIVE)));
            }
        }

        static Head of(TrainingOptions options) {
            return new Head(List.of(NEGATIVE, POSITIVE), options.maxLength());
        }

        @Override
        public Set<Report> reports() {
            return Set.of(Report.ROC, Report.CONFUSION);
        }
    }

    /** @param label 1 positive, 0 negative */
    private record Fields(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) double label) implements LabelledFields<LabelledReview> {

        @Override
        public LabelledReview labelled() {
            if (label != 0 && label != 1) {
                throw new IllegalArgumentException("Label %s of \"%s\": expected 0 or 1".formatted(label, text));
            }
            return new LabelledReview((int) label, text);
        }
    }

    /** An answer. */
    record Said(String label, double probability, Map<String, Double> probabilities) implements NumericAnswer {
        static Said of(Sentiment sentiment) {
            return new Said(
                    String.valueOf(sentiment.label()),
                    sentiment.probability(),
                    new TreeMap<>(Map.of(NEGATIVE, 1 - sentiment.positive(), POSITIVE, sentiment.positive())));
        }

        @Override
        public double prediction() {
            return Double.parseDouble(label);
        }

        @Override
        public OptionalDouble confidence() {
            return OptionalDouble.of(probability);
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "sentiment",
                "Learn to tell positive texts from negative ones; the best epoch is that of the best accuracy.",
                "FILE: lines of label (0 or 1), TAB, text; or neg.xls and pos.xls; or a directory with these two.",
                SentimentClassifier.DEFAULTS,
                SentimentClassifier.DEFAULT_EPOCHS,
                "accuracy",
                new Tokenization(Tokens.CHARACTERS, false));
    }

    /** The recipe's, whatever the checkpoint. */
    @Override
    public Tokenization tokenization(Path checkpoint) throws IOException {
        return TaskType.exactly(facts().tokenization(), checkpoint);
    }

    @Override
    public boolean isNumeric() {
        return true;
    }

    @Override
    public List<String> labels(LabelledReview sample) {
        return List.of(sample.label() == 1 ? POSITIVE : NEGATIVE);
    }

    @Override
    public Class<? extends LabelledFields<LabelledReview>> fields() {
        return Fields.class;
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(
            List<LabelledReview> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return Head.of(options);
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public SentimentClassifier build(Head head, Backbone backbone) {
        return new SentimentClassifier(head, backbone);
    }
}
