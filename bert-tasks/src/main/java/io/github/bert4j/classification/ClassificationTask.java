package io.github.bert4j.classification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.Report;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskOption;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What the library knows of {@code classification}. */
public final class ClassificationTask implements TaskType<LabelledInput, ClassificationTask.Head, TextClassifier> {
    /** Whether a text may have any number of labels. */
    public static final TaskOption<Boolean> MULTI_LABEL = TaskOption.of(
            "multi-label",
            Boolean.class,
            false,
            "A text may have any number of labels, with commas between them, or none.");

    /** How it learns from few texts. */
    public static final TaskOption<FewShot> FEW_SHOT = TaskOption.of(
            "few-shot",
            FewShot.class,
            FewShot.NONE,
            "For 8 to 64 texts per label: BERT learns which texts have the same label, and a logistic regression the rest;"
                    + " takes a checkpoint whose vectors are good for similarity.");

    static final ClassificationTask TASK = new ClassificationTask();

    /**
     * What a bundle keeps of the options.
     *
     * @param labels by number
     * @param texts how many texts the inputs learned from have: 1, 2 or both; empty where that is not known, so that either
     *     is answered
     * @param fewShot how it learns from few texts
     */
    public record Head(
            @JsonProperty(required = true) Labelling labelling,
            @JsonProperty(required = true) List<String> labels,
            @JsonProperty(required = true) int maxLength,
            @JsonSetter(nulls = Nulls.AS_EMPTY) SortedSet<Integer> texts,
            @JsonSetter(nulls = Nulls.AS_EMPTY) FewShot fewShot)
            implements TaskHead<LabelledInput> {

        /** @throws IllegalArgumentException if there are too few labels to choose from, or one is there twice */
        public Head {
            labels = List.copyOf(labels);
            TaskHead.requireLength(maxLength);
            int least = labelling == Labelling.MULTI_CLASS ? 2 : 1;
            if (labels.size() < least || Set.copyOf(labels).size() < labels.size()) {
                throw new IllegalArgumentException(
                        "Labels %s: expected at least %d to choose from, and none twice".formatted(labels, least));
            }
            if (!Set.of(1, 2).containsAll(texts)) {
                throw new IllegalArgumentException("Inputs of %s texts: expected 1 or 2".formatted(texts));
            }
            if (fewShot == FewShot.SETFIT && labelling != Labelling.MULTI_CLASS) {
                throw new IllegalArgumentException(
                        "Learning from few texts that have any number of labels: expected one label of each text");
            }
        }

        /** This, and what inputs show of how many texts they have. */
        Head learn(List<LabelledInput> inputs) {
            SortedSet<Integer> more = new TreeSet<>(texts);
            inputs.forEach(input -> more.add(input.input().second().isPresent() ? 2 : 1));
            return new Head(labelling, labels, maxLength, more, fewShot);
        }

        @Override
        public QuestionFields fields() {
            if (texts.size() != 1) {
                return QuestionFields.textOrPair();
            }
            return texts.contains(1) ? QuestionFields.text() : QuestionFields.pair();
        }

        @Override
        public TaskOptions chosen() {
            return TaskOptions.NONE.with(MULTI_LABEL, labelling == Labelling.MULTI_LABEL);
        }

        @Override
        public Set<Report> reports() {
            return labelling == Labelling.MULTI_CLASS
                    ? Set.of(Report.SCORES, Report.CHART, Report.CONFUSION)
                    : Set.of(Report.SCORES, Report.CHART);
        }

        @Override
        public void check(List<LabelledInput> texts, Consumer<String> warnings) {
            TextClassifier.checkLabels(texts, labels, warnings);
        }
    }

    /**
     * One label, or several, where that is meant.
     *
     * @param second empty if the text is alone
     */
    private record Fields(
            @JsonProperty(required = true) String text,
            @JsonSetter(nulls = Nulls.AS_EMPTY) String second,
            @JsonSetter(nulls = Nulls.AS_EMPTY) String label,
            @JsonSetter(nulls = Nulls.AS_EMPTY) Set<String> labels)
            implements LabelledFields<LabelledInput> {

        @Override
        public LabelledInput labelled() {
            return new LabelledInput(
                    label.isEmpty() ? labels : Set.of(label),
                    new TextInput(text, Optional.of(second).filter(other -> !other.isEmpty())));
        }
    }

    /** An answer: label and its probability, or labels, where there may be several. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Said(String label, Double probability, List<String> labels, Map<String, Double> probabilities) {
        static Said of(Labelling labelling, Classification answer) {
            return labelling == Labelling.MULTI_CLASS
                    ? new Said(answer.label(), answer.probability(), null, answer.probabilities())
                    : new Said(null, null, answer.labels(), answer.probabilities());
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "classification",
                "Learn to say which of some labels a text has, or a pair; the best epoch is that of the best macro F1.",
                "FILE: lines of label, TAB, text; for a pair another TAB and text. The labels are those of the training data.",
                TextClassifier.DEFAULTS,
                TextClassifier.DEFAULT_EPOCHS,
                "macroF1",
                new Tokenization(Tokens.WORD_PIECES, true));
    }

    @Override
    public List<TaskOption<?>> options() {
        return List.of(MULTI_LABEL, FEW_SHOT);
    }

    @Override
    public QuestionFields questions() {
        return QuestionFields.textOrPair();
    }

    @Override
    public List<String> labels(LabelledInput sample) {
        return List.copyOf(sample.labels());
    }

    @Override
    public Class<? extends LabelledFields<LabelledInput>> fields() {
        return Fields.class;
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(
            List<LabelledInput> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        Labelling labelling = chosen.get(MULTI_LABEL) ? Labelling.MULTI_LABEL : Labelling.MULTI_CLASS;
        return new Head(
                labelling, TextClassifier.labels(train), options.maxLength(), new TreeSet<>(), chosen.get(FEW_SHOT));
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public TextClassifier build(Head head, Backbone backbone) {
        return new TextClassifier(head, backbone);
    }
}
