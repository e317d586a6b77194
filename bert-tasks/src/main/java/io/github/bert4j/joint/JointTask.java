package io.github.bert4j.joint;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityFields;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
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
import java.util.Set;
import java.util.function.Consumer;

/** What the library knows of {@code joint}. */
public final class JointTask implements TaskType<LabelledJointText, JointTask.Head, JointRecognizer> {
    /** How much the entities' loss counts. */
    public static final TaskOption<Double> ENTITY_WEIGHT = TaskOption.of(
                    "entity-weight",
                    Double.class,
                    JointRecognizer.DEFAULT_ENTITY_WEIGHT,
                    "What the loss of the entities is multiplied by before that of the label is added.")
            .above(0);

    static final JointTask TASK = new JointTask();

    /**
     * What a bundle keeps of the options.
     *
     * @param entityWeight 0 in bundles from before it was kept
     */
    public record Head(
            @JsonProperty(required = true) JointLabels labels,
            @JsonProperty(required = true) int maxLength,
            double entityWeight)
            implements TaskHead<LabelledJointText> {

        /** @throws IllegalArgumentException if nothing is read, or the weight is negative or no number */
        public Head {
            TaskHead.requireLength(maxLength);
            if (!(entityWeight >= 0 && entityWeight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("Entity weight %s: expected 0 or more".formatted(entityWeight));
            }
        }

        static Head of(JointLabels labels, double entityWeight, TrainingOptions options) {
            if (!(entityWeight > 0)) {
                throw new IllegalArgumentException("Entity weight " + entityWeight + ": expected a positive number");
            }
            return new Head(labels, options.maxLength(), entityWeight);
        }

        @Override
        public Set<Report> reports() {
            return Set.of(Report.SCORES, Report.CHART, Report.CONFUSION);
        }

        @Override
        public void check(List<LabelledJointText> texts, Consumer<String> warnings) {
            TextClassifier.checkLabels(
                    texts.stream().map(LabelledJointText::classified).toList(), labels.classes(), warnings);
            EntityRecognizer.checkLabels(
                    texts.stream().map(LabelledJointText::labelled).toList(), labels.entities(), warnings);
        }
    }

    private record Fields(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) String label,
            @JsonProperty(required = true) List<EntityFields> entities)
            implements LabelledFields<LabelledJointText> {

        @Override
        public LabelledJointText labelled() {
            if (label.isBlank()) {
                throw new IllegalArgumentException("a blank label");
            }
            return new LabelledJointText(label, EntityFields.labelled(text, entities));
        }

        @Override
        public int misplaced() {
            return EntityFields.misplaced(text, entities);
        }
    }

    /** An answer: what training reads, and the label's probability. */
    record Said(String label, double probability, List<Entity> entities) {
        static Said of(JointAnswer answer) {
            return new Said(answer.label(), answer.probability(), answer.entities());
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "joint",
                "Learn to say what a text is and to find the entities in it, as intent and slots of commands; the best epoch is that"
                        + " of the most texts with both right.",
                "FILE: JSON lines {\"text\", \"label\", \"entities\": [{\"start\", \"end\", \"label\"}]}. Texts are read up to"
                        + " --max-length.",
                JointRecognizer.DEFAULTS,
                JointRecognizer.DEFAULT_EPOCHS,
                "sentenceAccuracy",
                new Tokenization(Tokens.CHARACTERS, true));
    }

    @Override
    public List<TaskOption<?>> options() {
        return List.of(ENTITY_WEIGHT);
    }

    @Override
    public List<String> labels(LabelledJointText sample) {
        return List.of(sample.label());
    }

    @Override
    public boolean labelsWholeTexts() {
        return false;
    }

    @Override
    public Class<? extends LabelledFields<LabelledJointText>> fields() {
        return Fields.class;
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(
            List<LabelledJointText> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return Head.of(JointLabels.of(train), chosen.get(ENTITY_WEIGHT), options);
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public JointRecognizer build(Head head, Backbone backbone) {
        return new JointRecognizer(head, backbone);
    }
}
