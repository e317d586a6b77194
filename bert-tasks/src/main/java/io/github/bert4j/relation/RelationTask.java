package io.github.bert4j.relation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the library knows of {@code relation}. */
public final class RelationTask implements TaskType<LabelledRelations, RelationTask.Head, RelationExtractor> {
    /** The predicates to learn, see {@link Schema}; else those of the training data. */
    public static final TaskOption<Path> SCHEMA =
            TaskOption.required("schema", Path.class, "JSON lines {\"predicate\"}: those to learn.");

    static final RelationTask TASK = new RelationTask();

    /**
     * What a bundle keeps of the options.
     *
     * @param predicates by id
     */
    public record Head(
            @JsonProperty(required = true) List<String> predicates,
            @JsonProperty(required = true) Thresholds thresholds,
            @JsonProperty(required = true) int maxTrainingLength)
            implements TaskHead<LabelledRelations> {

        /** @throws IllegalArgumentException if there are no predicates, or one is there twice */
        public Head {
            predicates = List.copyOf(predicates);
            TaskHead.requireLength(maxTrainingLength);
            if (predicates.isEmpty() || Set.copyOf(predicates).size() < predicates.size()) {
                throw new IllegalArgumentException(
                        "Predicates " + predicates + ": expected at least one, and none twice");
            }
        }

        @Override
        public Set<Report> reports() {
            return Set.of(Report.SCORES, Report.CHART, Report.COMPARISON, Report.PREDICTIONS);
        }

        @Override
        public void check(List<LabelledRelations> texts, Consumer<String> warnings) {
            Set<String> known = new HashSet<>(predicates);
            long unknown = texts.stream()
                    .flatMap(text -> text.triples().stream())
                    .filter(triple -> !known.contains(triple.predicate()))
                    .count();
            if (unknown > 0) {
                warnings.accept("%d triples have a predicate that is not in the schema, and count as missing"
                        .formatted(unknown));
            }
        }
    }

    private record Fields(
            @JsonProperty(required = true) String text,

            @JsonProperty(value = "spo_list", required = true)
            List<Spo> triples)
            implements LabelledFields<LabelledRelations> {

        @Override
        public LabelledRelations labelled() {
            return new LabelledRelations(
                    text,
                    triples.stream()
                            .map(spo -> new Triple(spo.subject(), spo.predicate(), spo.object()))
                            .toList());
        }
    }

    private record Spo(
            @JsonProperty(required = true) String subject,
            @JsonProperty(required = true) String predicate,
            @JsonProperty(required = true) String object) {}

    /** An answer. */
    record Said(@JsonProperty("spo_list") List<Found> triples) {
        static Said of(List<ExtractedTriple> triples) {
            return new Said(triples.stream().map(Found::of).toList());
        }
    }

    /** One triple of an answer. */
    @JsonPropertyOrder({"subject", "predicate", "object", "subject_start", "subject_end", "object_start", "object_end"})
    record Found( // versions of Jackson that programs bring put renamed ones first
            String subject,
            String predicate,
            String object,
            @JsonProperty("subject_start") int subjectStart,
            @JsonProperty("subject_end") int subjectEnd,
            @JsonProperty("object_start") int objectStart,
            @JsonProperty("object_end") int objectEnd) {

        static Found of(ExtractedTriple triple) {
            return new Found(
                    triple.subject().text(),
                    triple.predicate(),
                    triple.object().text(),
                    triple.subject().start(),
                    triple.subject().end(),
                    triple.object().start(),
                    triple.object().end());
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "relation",
                "Learn to find triples of subject, predicate and object; the best epoch is that of the best F1.",
                "FILE: JSON lines {\"text\", \"spo_list\": [{\"subject\", \"predicate\", \"object\"}]}.",
                RelationExtractor.DEFAULTS,
                RelationExtractor.DEFAULT_EPOCHS,
                "f1",
                new Tokenization(Tokens.CHARACTERS, true));
    }

    /** The recipe's, whatever the checkpoint. */
    @Override
    public Tokenization tokenization(Path checkpoint) throws IOException {
        return TaskType.exactly(facts().tokenization(), checkpoint);
    }

    @Override
    public List<TaskOption<?>> options() {
        return List.of(SCHEMA);
    }

    @Override
    public List<String> labels(LabelledRelations sample) {
        return sample.triples().stream().map(Triple::predicate).toList();
    }

    @Override
    public boolean labelsWholeTexts() {
        return false;
    }

    @Override
    public Class<? extends LabelledFields<LabelledRelations>> fields() {
        return Fields.class;
    }

    @Override
    public Class<Head> head() {
        return Head.class;
    }

    @Override
    public Head head(
            List<LabelledRelations> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings)
            throws IOException {
        Optional<Path> schema = chosen.find(SCHEMA);
        List<String> predicates =
                schema.isPresent() ? Schema.predicates(schema.get(), warnings) : RelationExtractor.predicates(train);
        return new Head(predicates, Thresholds.DEFAULTS, options.maxLength());
    }

    @Override
    public TrainingOptions options(Head head) {
        return facts().defaults().withMaxLength(head.maxTrainingLength());
    }

    @Override
    public RelationExtractor build(Head head, Backbone backbone) {
        return new RelationExtractor(head, backbone);
    }
}
