package io.github.bert4j.task;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parts of a {@link Question} that a model reads, as the fields of a JSON object call them.
 *
 * @param texts how many texts it reads
 * @param asked what the part that is asked is called, such as {@code type}; empty if a text is all that is needed
 */
public record QuestionFields(Texts texts, Optional<String> asked) {
    public static final String ID = "id";
    public static final String TEXT = "text";
    public static final String SECOND = "second";

    /** Why a question without a text, or without what is asked, has no answer. */
    static final String BLANK = "blank";

    /** How many texts a question has. */
    public enum Texts {
        ONE,
        TWO,
        ONE_OR_TWO
    }

    /** A text. */
    public static QuestionFields text() {
        return new QuestionFields(Texts.ONE, Optional.empty());
    }

    /** Two texts. */
    public static QuestionFields pair() {
        return new QuestionFields(Texts.TWO, Optional.empty());
    }

    /** A text, or two. */
    public static QuestionFields textOrPair() {
        return new QuestionFields(Texts.ONE_OR_TWO, Optional.empty());
    }

    /** A text, and what is asked about it. */
    public static QuestionFields textAnd(String asked) {
        return new QuestionFields(Texts.ONE, Optional.of(asked));
    }

    /** The names of strings that must be there. */
    public List<String> required() {
        return Stream.of(Stream.of(TEXT), texts == Texts.TWO ? Stream.of(SECOND) : Stream.<String>of(), asked.stream())
                .flatMap(names -> names)
                .toList();
    }

    /** The names of what may be there: strings, but for the id, which is anything. */
    public List<String> optional() {
        return texts == Texts.ONE_OR_TWO ? List.of(SECOND, ID) : List.of(ID);
    }

    /**
     * Answers questions in their order: those that lack something by an error.
     *
     * @param answering one answer for each of the others
     */
    public List<Answer> answer(List<Question> questions, Function<List<Question>, List<Answer>> answering) {
        List<Optional<Answer>> failures = questions.stream()
                .map(question -> problem(question).map(problem -> Answer.failure(question, problem)))
                .toList();
        List<Question> asked = IntStream.range(0, questions.size())
                .filter(i -> failures.get(i).isEmpty())
                .mapToObj(questions::get)
                .toList();
        Iterator<Answer> answers = asked.isEmpty()
                ? Collections.emptyIterator()
                : answering.apply(asked).iterator();
        return failures.stream()
                .map(failure -> failure.orElseGet(answers::next))
                .toList();
    }

    /** Why a model that reads these fields cannot answer a question; empty if it can. */
    public Optional<String> problem(Question question) {
        if (question.text().isBlank()) {
            return Optional.of(BLANK);
        }
        if (asked.isPresent() && question.asked().isEmpty()) {
            return Optional.of("expected a text and a " + asked.get());
        }
        if (texts == Texts.TWO && question.second().isEmpty()) {
            return Optional.of("expected two texts");
        }
        if (texts == Texts.ONE && question.second().isPresent()) {
            return Optional.of("expected one text");
        }
        return Stream.concat(question.second().stream(), question.asked().stream())
                        .anyMatch(String::isBlank)
                ? Optional.of(BLANK)
                : Optional.empty();
    }
}
