package io.github.bert4j.task;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Questions as lines of text, as commands read them: an object of JSON where the line starts with a brace, and else plain
 * text, of which the first TAB ends what is asked, or the first text where the model reads two.
 */
public final class QuestionLine {
    private static final char TAB = '\t';

    private QuestionLine() {}

    /** Whether a line is to be an object of JSON. */
    public static boolean isJson(String line) {
        return line.startsWith("{");
    }

    /**
     * Answers lines one for one, in their order: those that are no question, or blank, by an error of their own.
     *
     * @param answering one answer per question
     */
    public static List<Answer> answer(
            List<String> lines, QuestionFields fields, Function<List<Question>, List<Answer>> answering) {
        List<Optional<Answer>> failures = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        for (String line : lines) {
            try {
                questions.add(parse(line, fields));
                failures.add(Optional.empty());
            } catch (MalformedQuestionException e) {
                failures.add(Optional.of(Answer.failure(line, e)));
            }
        }
        Iterator<Answer> answers = fields.answer(questions, answering).iterator();
        return failures.stream()
                .map(failure -> failure.orElseGet(answers::next))
                .toList();
    }

    /** Reads a line; whether a model can answer it is for {@link QuestionFields#problem} to say. */
    public static Question parse(String line, QuestionFields fields) throws MalformedQuestionException {
        if (isJson(line)) {
            return new QuestionJson(fields, true).question(line);
        }
        boolean cut = fields.asked().isPresent() || fields.texts() != QuestionFields.Texts.ONE;
        int tab = cut ? line.indexOf(TAB) : -1;
        if (tab < 0 && fields.asked().isPresent() && !line.isBlank()) {
            throw new MalformedQuestionException(
                    "There is no TAB in this line",
                    "a %s, a TAB and a text, or a JSON object"
                            .formatted(fields.asked().get()),
                    "a text alone",
                    "Put what is asked before the text.");
        }
        if (tab < 0) {
            return Question.of(line);
        }
        String first = line.substring(0, tab);
        String rest = line.substring(tab + 1);
        return fields.asked().isPresent() ? Question.about(first, rest) : Question.of(first, rest);
    }
}
