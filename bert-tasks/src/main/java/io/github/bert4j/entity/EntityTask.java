package io.github.bert4j.entity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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
import java.util.SortedMap;
import java.util.function.Consumer;

/** What the library knows of {@code entity}. */
public final class EntityTask implements TaskType<LabelledText, EntityTask.Head, EntityRecognizer> {
    /** What stands between the tokens of a file that has one per line. */
    public enum Spacing {
        /** Chinese characters stand side by side. */
        NONE,
        /** Words have a blank between them, as in English. */
        BLANKS
    }

    /** For data that have a token per line. */
    public static final TaskOption<Spacing> SPACING = TaskOption.of(
            "spacing",
            Spacing.class,
            Spacing.NONE,
            "What stands between the tokens of files that have one per line: nothing in Chinese, blanks in English.");

    /** What stands on top of BERT. */
    public static final TaskOption<EntityHead> HEAD = TaskOption.of(
            "head",
            EntityHead.class,
            EntityHead.CRF,
            "What stands on top of BERT; a global pointer also finds entities within others.");

    static final EntityTask TASK = new EntityTask();

    /**
     * What a bundle keeps of the options.
     *
     * @param blanks whether tokens have blanks between them, see {@link Spacing}
     * @param flat whether the training data is known to have no entities that overlap
     */
    public record Head(
            @JsonProperty(required = true) List<String> labels,
            @JsonProperty(required = true) EntityHead head,
            @JsonProperty(required = true) int maxLength,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean blanks,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean flat)
            implements TaskHead<LabelledText> {

        /** @throws IllegalArgumentException if there are no labels, or one is there twice */
        public Head {
            labels = List.copyOf(labels);
            TaskHead.requireLength(maxLength);
            if (labels.isEmpty() || Set.copyOf(labels).size() < labels.size()) {
                throw new IllegalArgumentException("Labels " + labels + ": expected at least one, and none twice");
            }
        }

        static Head of(List<String> labels, EntityHead head, int maxLength, Spacing spacing) {
            return new Head(labels, head, maxLength, spacing == Spacing.BLANKS, false);
        }

        /** This, and whether entities of the training data overlap. */
        Head learn(List<LabelledText> train) {
            boolean overlapping = train.stream()
                    .map(LabelledText::entities)
                    .anyMatch(entities -> entities.stream()
                            .anyMatch(one ->
                                    entities.stream().anyMatch(other -> !one.equals(other) && one.overlaps(other))));
            return new Head(labels, head, maxLength, blanks, !overlapping);
        }

        @Override
        public TaskOptions chosen() {
            return TaskOptions.NONE.with(SPACING, blanks ? Spacing.BLANKS : Spacing.NONE);
        }

        @Override
        public Set<Report> reports() {
            return Set.of(Report.SCORES, Report.CHART, Report.PREDICTIONS);
        }

        @Override
        public void check(List<LabelledText> texts, Consumer<String> warnings) {
            EntityRecognizer.checkLabels(texts, labels, warnings);
        }
    }

    private record Fields(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) List<EntityFields> entities) implements LabelledFields<LabelledText> {

        @Override
        public LabelledText labelled() {
            return EntityFields.labelled(text, entities);
        }

        @Override
        public int misplaced() {
            return EntityFields.misplaced(text, entities);
        }
    }

    /** An answer: what training reads. */
    record Said(List<SaidEntity> entities) {

        /** @param found with probabilities, NaN where there are none */
        static Said of(SortedMap<Entity, Double> found) {
            return new Said(found.entrySet().stream()
                    .map(entry -> SaidEntity.of(entry.getKey(), entry.getValue()))
                    .toList());
        }
    }

    /** @param probability null where the head knows none */
    record SaidEntity(
            String label,
            String text,
            int start,
            int end,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double probability) {

        static SaidEntity of(Entity entity, double probability) {
            return new SaidEntity(
                    entity.label(),
                    entity.text(),
                    entity.start(),
                    entity.end(),
                    Double.isNaN(probability) ? null : probability);
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "entity",
                "Learn to find named entities, of the labels that the training data has; the best epoch is that of the best F1.",
                "FILE: lines of a token and a tag (BIO, BIOES, BMES), a blank line behind each sentence; or JSON lines {\"text\","
                        + " \"entities\": [{\"start\", \"end\", \"label\"}]}, or CLUENER's. What is longer than --max-length is read in"
                        + " overlapping windows.",
                EntityRecognizer.DEFAULTS,
                EntityRecognizer.DEFAULT_EPOCHS,
                "f1",
                new Tokenization(Tokens.CHARACTERS, true));
    }

    @Override
    public List<TaskOption<?>> options() {
        return List.of(HEAD, SPACING);
    }

    @Override
    public List<String> labels(LabelledText sample) {
        return sample.entities().stream().map(Entity::label).toList();
    }

    @Override
    public boolean labelsWholeTexts() {
        return false;
    }

    @Override
    public Class<? extends LabelledFields<LabelledText>> fields() {
        return Fields.class;
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(List<LabelledText> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return Head.of(EntityRecognizer.labels(train), chosen.get(HEAD), options.maxLength(), chosen.get(SPACING));
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public EntityRecognizer build(Head head, Backbone backbone) {
        return new EntityRecognizer(head, backbone);
    }
}
