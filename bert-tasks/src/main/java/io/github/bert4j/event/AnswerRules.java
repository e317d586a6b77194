package io.github.bert4j.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.Report;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.tokenize.OurTokenizer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an answer may be: learned from training data, and a bundle's head.
 *
 * @param types event types that are answered
 * @param allowedCharacters punctuation-like characters that occur inside an entity
 */
public record AnswerRules(
        @JsonProperty(required = true) SortedSet<String> types,
        @JsonProperty(required = true) SortedSet<String> allowedCharacters)
        implements TaskHead<LabelledEvent> {
    static final QuestionFields FIELDS = QuestionFields.textAnd("type");
    static final AnswerRules NONE = new AnswerRules(new TreeSet<>(), new TreeSet<>());

    /** Ends an entity even if one in the training data holds it. */
    private static final int COMMA = '，';
    /** More than any difference of probabilities. */
    private static final double NEVER_FIRST = 10;

    @Override
    public QuestionFields fields() {
        return FIELDS;
    }

    @Override
    public Set<Report> reports() {
        return Set.of(Report.SCORES, Report.CHART, Report.PREDICTIONS);
    }

    @Override
    public void check(List<LabelledEvent> rows, Consumer<String> warnings) {
        if (rows.stream().allMatch(LabelledEvent::isOther)) {
            throw new IllegalArgumentException(
                    "There is nothing to measure: all %d rows are of type 其他".formatted(rows.size()));
        }
    }

    /** These rules, and what rows with an entity teach. */
    AnswerRules learn(List<LabelledEvent> rows) {
        SortedSet<String> moreTypes = new TreeSet<>(types);
        rows.forEach(row -> moreTypes.add(row.event().type()));
        SortedSet<String> moreCharacters = rows.stream()
                .flatMapToInt(row -> row.entity().codePoints())
                .filter(character -> isPunctuationLike(character) && character != COMMA)
                .mapToObj(Character::toString)
                .collect(Collectors.toCollection(TreeSet::new));
        moreCharacters.addAll(allowedCharacters);
        return new AnswerRules(moreTypes, moreCharacters);
    }

    /** The rules for models that answer together: a character is allowed if one of them has learned it. */
    AnswerRules with(AnswerRules other) {
        SortedSet<String> characters = new TreeSet<>(allowedCharacters);
        characters.addAll(other.allowedCharacters);
        return new AnswerRules(types, characters);
    }

    /** Answers events in the order given; what is no question stays without an answer. */
    List<Optional<Subject>> answer(
            List<Event> events, OurTokenizer tokenizer, Function<List<EventQuestion>, List<SpanProbabilities>> model) {
        List<EventQuestion> questions = events.stream()
                .filter(this::answers)
                .map(event -> EventQuestion.of(event, tokenizer))
                .toList();
        Iterator<EventQuestion> asked = questions.iterator();
        Iterator<SpanProbabilities> said = model.apply(questions).iterator();
        return events.stream()
                .map(event ->
                        answers(event) ? Optional.of(decode(asked.next(), said.next())) : Optional.<Subject>empty())
                .toList();
    }

    /** Whether there is an answer at all: the type is known, and the text not blank. */
    boolean answers(Event event) {
        return types.contains(event.type()) && !event.text().isBlank();
    }

    /**
     * The most probable answer: from the most probable start to the most probable end between it and the first character
     * that no entity holds. Neither [CLS] and [SEP] nor the type in front of the text can be a start, and a character
     * that no entity holds is one only where there are no others.
     *
     * @param question one that {@link #answers} approves of
     */
    Subject decode(EventQuestion question, SpanProbabilities probabilities) {
        int start = argmax(
                question.first(),
                question.end(),
                token -> probabilities.start()[token] - (isBarrier(question.character(token)) ? NEVER_FIRST : 0));
        int barrier = start;
        while (barrier < question.end() - 1 && !isBarrier(question.character(barrier))) {
            barrier++;
        }
        int end = argmax(start, barrier + 1, token -> probabilities.end()[token]);
        return question.subject(start, end, probabilities.of(start, end));
    }

    /** The first of the largest. */
    private static int argmax(int from, int to, IntToDoubleFunction value) {
        return IntStream.range(from, to)
                .reduce((best, next) -> value.applyAsDouble(next) > value.applyAsDouble(best) ? next : best)
                .orElseThrow();
    }

    private boolean isBarrier(int character) {
        return isPunctuationLike(character) && !allowedCharacters.contains(Character.toString(character));
    }

    private static boolean isPunctuationLike(int character) {
        return !(character >= '一' && character <= '龥'
                || character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || character == '*');
    }
}
