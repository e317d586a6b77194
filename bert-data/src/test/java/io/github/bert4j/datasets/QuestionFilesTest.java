package io.github.bert4j.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.answer.KnownAnswer;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.PassageQuestion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionFilesTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void readsSquad() throws IOException {
        List<LabelledQuestion> questions = read("""
                {"version": "v2.0", "other": [{"data": []}], "data": [
                  {"title": "t", "paragraphs": [{"context": "A tower, 14 miles away.", "qas": [
                    {"id": "1", "question": "How far?", "is_impossible": false,
                     "answers": [{"text": "14 miles", "answer_start": 9}, {"text": "14", "answer_start": 9}]},
                    {"id": "2", "question": "Who?", "is_impossible": true, "answers": [],
                     "plausible_answers": [{"text": "tower", "answer_start": 2}]}]}]},
                  {"paragraphs": [{"context": "x", "qas": [
                    {"id": "3", "question": "v1.1?", "answers": [{"text": "x", "answer_start": 0}]}]}]}]}
                """);
        PassageQuestion first = new PassageQuestion("How far?", "A tower, 14 miles away.");
        assertEquals(
                List.of(
                        new LabelledQuestion("1", first, List.of(answer("14 miles", 9), answer("14", 9))),
                        new LabelledQuestion("2", new PassageQuestion("Who?", first.passage()), List.of()),
                        new LabelledQuestion("3", new PassageQuestion("v1.1?", "x"), List.of(answer("x", 0)))),
                questions);
        assertEquals(List.of(), warnings);
    }

    @Test
    void readsTheListOfCmrc() throws IOException {
        List<LabelledQuestion> questions = read("""
                [{"context_id": "DEV_0", "context_text": "😀苍岩桥由林乔安设计", "title": "苍岩桥",
                  "qas": [{"query_text": "由谁设计？", "query_id": "DEV_0_QUERY_0", "answers": ["林乔安", "由林乔安"]}]}]
                """);
        assertEquals(
                List.of(new LabelledQuestion(
                        "DEV_0_QUERY_0",
                        new PassageQuestion("由谁设计？", "😀苍岩桥由林乔安设计"),
                        List.of(answer("林乔安", 6), answer("由林乔安", 5)))),
                questions);
        assertEquals(List.of(), warnings);
    }

    @Test
    void takesPlacesAsCodePoints() throws IOException {
        List<LabelledQuestion> questions = read(squad("😀塔和塔", "{\"text\": \"塔\", \"answer_start\": 3}"));
        assertEquals(List.of(answer("塔", 4)), questions.get(0).answers());
        assertEquals(List.of(), warnings);
    }

    @Test
    void looksForAnswersElsewhereAndCountsDefects() throws IOException {
        List<LabelledQuestion> questions = read("""
                {"data": [{"paragraphs": [{"context": "塔高，塔旧，桥长", "qas": [
                  {"id": "1", "question": "?", "answers": [{"text": "塔", "answer_start": 4}]},
                  {"id": "1", "question": "?", "answers": [{"text": "桥", "answer_start": 999}]},
                  {"id": "2", "question": "?", "answers": [{"text": "船", "answer_start": 1}]},
                  {"id": "3", "question": "?", "answers": [{"text": " ", "answer_start": 0}]},
                  {"id": "4", "question": "?", "answers": [{"text": "", "answer_start": 0}, {"text": "桥", "answer_start": -1}]},
                  {"id": "5", "question": "?", "answers": []},
                  {"id": "6", "question": "?", "is_impossible": true, "answers": [{"text": "桥", "answer_start": 6}]}
                ]}]}]}
                """);
        assertEquals(
                List.of(
                        List.of(answer("塔", 3)),
                        List.of(answer("桥", 6)),
                        List.of(new KnownAnswer("船", OptionalInt.empty())),
                        List.of(answer("桥", 6))),
                questions.stream().map(LabelledQuestion::answers).toList());
        assertEquals(
                List.of(
                        "f.json: left out 3 questions that have no answer, or have one and are marked as impossible",
                        "f.json: left out 2 empty answers",
                        "f.json: 2 answers are not where they are said to be, and were found elsewhere",
                        "f.json: 1 answers are not in the passage; they count when measuring, and are not learned",
                        "f.json: 1 questions have the id of another"),
                warnings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "\"text\"",
                "{\"data\": {\"paragraphs\": []}}",
                "[null]",
                "[1]",
                "{\"data\": [{}]}",
                "{\"data\": [{\"paragraphs\": [null]}]}",
                "{\"data\": [{\"paragraphs\": [{\"context\": null, \"qas\": []}]}]}",
                "{\"data\": [{\"paragraphs\": [{\"context\": \"x\", \"qas\": [{\"id\": \"1\", \"question\": \"?\", \"answers\": [null]}]}]}]}",
                "{\"data\": [{\"paragraphs\": [{\"context\": \"x\", \"qas\": [{\"question\": \"?\", \"answers\": []}]}]}]}",
                "{\"data\": [{\"paragraphs\": [{\"context\": \"x\"",
                "\0\0\0{\0\177\0\0",
                "\0\0{\0\0\0}\0"
            })
    void refusesWhatIsNoSuchFileAndNamesIt(String text) {
        String message = assertThrows(IOException.class, () -> read(text)).getMessage();
        assertTrue(message.startsWith("f.json"), message);
    }

    @Test
    void readsTheSampleData() throws IOException {
        try (InputStream in =
                QuestionFilesTest.class.getResourceAsStream("/io/github/bert4j/testdata/answer/train.json")) {
            List<LabelledQuestion> questions = QuestionFiles.read("train.json", in, warnings::add);
            assertEquals(71, questions.size());
            assertEquals(
                    13, questions.stream().filter(row -> !row.isAnswerable()).count());
            assertEquals(List.of(), warnings);
        }
    }

    private List<LabelledQuestion> read(String text) throws IOException {
        return QuestionFiles.read(
                "f.json", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), warnings::add);
    }

    private static String squad(String passage, String answer) {
        return "{\"data\": [{\"paragraphs\": [{\"context\": \"%s\", \"qas\": [{\"id\": \"1\", \"question\": \"?\", \"answers\": [%s]}]}]}]}"
                .formatted(passage, answer);
    }

    private static KnownAnswer answer(String text, int start) {
        return new KnownAnswer(text, OptionalInt.of(start));
    }
}
