package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionLineTest {
    private static final QuestionFields TYPE = QuestionFields.textAnd("type");

    @Test
    void readsATabByWhatTheModelReads() throws Exception {
        assertEquals(Question.of("a\tb\tc"), QuestionLine.parse("a\tb\tc", QuestionFields.text()));
        assertEquals(Question.of("a", "b\tc"), QuestionLine.parse("a\tb\tc", QuestionFields.pair()));
        assertEquals(Question.of("a", "b\tc"), QuestionLine.parse("a\tb\tc", QuestionFields.textOrPair()));
        assertEquals(Question.of("a"), QuestionLine.parse("a", QuestionFields.textOrPair()));
        assertEquals(Question.about("a", "b\tc"), QuestionLine.parse("a\tb\tc", TYPE));
    }

    @Test
    void readsAnObjectWhereThereIsABrace() throws Exception {
        Question question = QuestionLine.parse("{\"text\":\"a\\tb\",\"type\":\"c\",\"label\":0}", TYPE);
        assertEquals(Question.about("c", "a\tb"), question);
        assertEquals(
                "[1,2.50]",
                QuestionLine.parse("{\"id\":[1,2.50],\"text\":\"a\"}", QuestionFields.text())
                        .id()
                        .orElseThrow()
                        .toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{text}",
                "{\"text\":1}",
                "{\"text\":null}",
                "{\"txt\":\"a\"}",
                "{\"text\":\"a\",\"text\":\"b\"}",
                "{\"text\":\"a\"} b",
                "{\"text\":\"a\",\"second\":\"b\"}",
                "{\"text\":\"\\ud83d\"}"
            })
    void refusesALineThatStartsLikeAnObjectButIsNone(String line) {
        assertThrows(MalformedQuestionException.class, () -> QuestionLine.parse(line, QuestionFields.text()));
    }

    @Test
    void answersLineByLineWhateverIsWrongWithOthers() {
        List<Answer> answers = QuestionLine.answer(
                List.of("a", "", "{", "{\"text\":\" \"}", "{\"text\":\"b\",\"id\":7}"),
                QuestionFields.text(),
                questions -> questions.stream()
                        .map(question -> Answer.of(question, QuestionFields.text(), new Said(question.text())))
                        .toList());
        assertEquals(
                List.of("{\"text\":\"a\",\"said\":\"a\"}", "{\"text\":\"\",\"error\":\"blank\"}"),
                answers.subList(0, 2).stream().map(Answer::toString).toList());
        assertTrue(answers.get(2).toString().startsWith("{\"text\":\"{\",\"error\":\"This is not JSON"));
        assertEquals(Optional.of("blank"), answers.get(3).error());
        assertEquals("{\"id\":7,\"text\":\"b\",\"said\":\"b\"}", answers.get(4).toString());
    }

    private record Said(String said) {}

    @Test
    void saysWhatAQuestionLacks() {
        assertEquals(Optional.of("expected two texts"), QuestionFields.pair().problem(Question.of("a")));
        assertEquals(Optional.of("expected one text"), QuestionFields.text().problem(Question.of("a", "b")));
        assertEquals(Optional.of("expected a text and a type"), TYPE.problem(Question.of("a")));
        assertEquals(Optional.of("blank"), TYPE.problem(Question.about(" ", "a")));
        assertEquals(Optional.of("blank"), QuestionFields.pair().problem(Question.of("a", "")));
        assertEquals(Optional.empty(), QuestionFields.textOrPair().problem(Question.of("a")));
    }
}
