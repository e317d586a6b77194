package io.github.bert4j.event;

import io.github.bert4j.models.Model;
import io.github.bert4j.task.Predictor;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several extractors that answer together, by the mean of their probabilities. They are mostly trained on the same data
 * with different seeds, or on different parts of it.
 *
 * <pre>{@code
 * try (var ensemble = SubjectEnsemble.load(List.of(Path.of("event-1"), Path.of("event-2")))) {
 *     Optional<Subject> subject = ensemble.predict(new Event(text, "业绩下滑"));
 * }
 * }</pre>
 */
public final class SubjectEnsemble implements Predictor<Event, Optional<Subject>>, TrainedModel<LabelledEvent> {
    private final List<SubjectExtractor> members;
    private final AnswerRules rules;

    /**
     * @param members at least one; they are closed with the ensemble
     * @throws IllegalArgumentException if they differ in vocabulary or event types
     */
    public SubjectEnsemble(List<SubjectExtractor> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("An ensemble of no extractors: expected at least one");
        }
        this.members = List.copyOf(members);
        SubjectExtractor first = members.get(0);
        for (int i = 1; i < members.size(); i++) {
            SubjectExtractor other = members.get(i);
            if (!other.tokenizer().vocabulary().equals(first.tokenizer().vocabulary())) {
                throw new IllegalArgumentException(
                        "Model %d of the ensemble reads another vocabulary than the first (%d tokens instead of %d): expected models that were trained from checkpoints with the same vocab.txt"
                                .formatted(
                                        i + 1,
                                        other.tokenizer().vocabulary().size(),
                                        first.tokenizer().vocabulary().size()));
            }
            if (!other.types().equals(first.types())) {
                throw new IllegalArgumentException(
                        "Model %d of the ensemble answers the event types %s, but the first %s: expected models that were trained on the same types"
                                .formatted(i + 1, other.types(), first.types()));
            }
        }
        this.rules = members.stream()
                .map(SubjectExtractor::head)
                .reduce(AnswerRules::with)
                .orElseThrow();
    }

    /**
     * Loads bundles.
     *
     * @throws io.github.bert4j.bundle.BundleException if one is damaged, or of another task
     * @throws IllegalArgumentException if there are none, or they differ in vocabulary or event types
     */
    public static SubjectEnsemble load(List<Path> bundles) throws IOException {
        List<SubjectExtractor> members = new ArrayList<>();
        boolean complete = false;
        try {
            for (Path path : bundles) {
                members.add(SubjectExtractor.load(path));
            }
            SubjectEnsemble ensemble = new SubjectEnsemble(members);
            complete = true;
            return ensemble;
        } finally {
            if (!complete) {
                members.forEach(SubjectExtractor::close);
            }
        }
    }

    /** See {@link SubjectExtractor#evaluate}. */
    @Override
    public SubjectEvaluation evaluate(List<LabelledEvent> rows) {
        return SubjectEvaluation.of(
                rows, predict(rows.stream().map(LabelledEvent::event).toList()));
    }

    @Override
    public List<Optional<Subject>> predict(List<Event> events) {
        return rules.answer(events, members.get(0).tokenizer(), this::probabilities);
    }

    @Override
    public List<?> said(List<Question> questions) {
        return SubjectExtractor.said(this, questions);
    }

    /** The rules by which they answer. */
    @Override
    public AnswerRules head() {
        return rules;
    }

    @Override
    public List<Model> models() {
        return members.stream().map(SubjectExtractor::model).toList();
    }

    /** Frees the native memory of all members. */
    @Override
    public void close() {
        members.forEach(SubjectExtractor::close);
    }

    private List<SpanProbabilities> probabilities(List<EventQuestion> questions) {
        List<List<SpanProbabilities>> byMember =
                members.stream().map(member -> member.probabilities(questions)).toList();
        List<SpanProbabilities> means = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            int question = i;
            means.add(SpanProbabilities.mean(
                    byMember.stream().map(member -> member.get(question)).toList()));
        }
        return means;
    }
}
