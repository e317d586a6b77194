package io.github.bert4j.answer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small extractor, trained once on the sample data; most tests ask something of it. */
class AnswerExtractorTest {
    private static final int POSITIONS = 96;
    private static final TrainingOptions OPTIONS =
            AnswerExtractor.DEFAULTS.withLearningRate(3e-3).withBatchSize(8);

    @TempDir
    private static Path folder;

    private static List<LabelledQuestion> train;
    private static Path checkpoint;
    private static AnswerExtractor trained;

    @BeforeAll
    static void learn() throws IOException {
        train = TestData.questions("train.json");
        checkpoint = TestData.smallBert(folder, 64, POSITIONS, texts(train));
        trained = AnswerExtractor.fromCheckpoint(checkpoint, OPTIONS);
        trained.fit(train, 50);
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    @Test
    void learnsTheSampleData() {
        AnswerEvaluation evaluation = trained.evaluate(train);
        assertEquals(71, evaluation.samples());
        assertEquals(AnswerScoring.CMRC2018, evaluation.scoring());
        assertTrue(evaluation.exactMatch() >= 0.95, evaluation.toString());
        assertTrue(evaluation.f1() >= evaluation.exactMatch(), evaluation.toString());
    }

    @Test
    void findsAnswersInAllWindowsOfALongPassage() {
        List<LabelledQuestion> questions = train.stream()
                .filter(row -> row.question().passage().startsWith("白鹭湿地"))
                .toList();
        String passage = questions.get(0).question().passage();
        assertTrue(passage.length() > 2 * POSITIONS);
        for (LabelledQuestion row : questions) {
            Optional<PassageAnswer> answer = trained.predict(row.question());
            assertEquals(
                    row.answers().stream().map(KnownAnswer::text).findFirst(),
                    answer.map(PassageAnswer::text),
                    row.question().question());
            answer.ifPresent(found -> assertEquals(row.answers().get(0).start(), OptionalInt.of(found.start())));
        }
    }

    @Test
    void pointsIntoTheTextAsItWasGiven() {
        LabelledQuestion row = train.stream()
                .filter(candidate -> candidate.question().question().equals("哪天停水？"))
                .findFirst()
                .orElseThrow();
        PassageAnswer answer = trained.predict(row.question()).orElseThrow();
        assertEquals("本周六", answer.text());
        assertEquals(7, answer.start(), "behind an emoji of two UTF-16 units");
        assertEquals(10, answer.end());
        assertTrue(answer.probability() > 0.5 && answer.probability() <= 1, answer.toString());
    }

    @Test
    void predictsOneQuestionAsItPredictsMany() {
        List<PassageQuestion> asked =
                train.subList(0, 20).stream().map(LabelledQuestion::question).toList();
        List<Optional<PassageAnswer>> together = trained.predict(asked);
        for (int i = 0; i < asked.size(); i++) {
            assertEquals(
                    together.get(i).map(PassageAnswer::text),
                    trained.predict(asked.get(i)).map(PassageAnswer::text));
        }
        assertEquals(List.of(), trained.predict(List.of()));
    }

    @Test
    void predictsTheSameAfterSavingAndLoading() throws IOException {
        Path bundle = folder.resolve("bundle");
        trained.save(bundle);
        List<PassageQuestion> asked =
                train.stream().map(LabelledQuestion::question).toList();
        try (AnswerExtractor loaded = AnswerExtractor.load(bundle)) {
            assertEquals(trained.predict(asked), loaded.predict(asked));
        }
        String other = assertThrows(BundleException.class, () -> SubjectExtractor.load(bundle))
                .getMessage();
        assertTrue(other.contains("trained for answer, expected event"), other);
    }

    @Test
    void readsQuestionsAndPassagesOfAnyLength() {
        PassageQuestion question = train.get(0).question();
        List<PassageQuestion> odd = List.of(
                new PassageQuestion("", question.passage()),
                new PassageQuestion("问".repeat(500), question.passage()),
                new PassageQuestion(question.question(), ""),
                new PassageQuestion(question.question(), " "),
                new PassageQuestion("", ""),
                new PassageQuestion(question.question(), "𠮷".repeat(1000)));
        for (PassageQuestion asked : odd) {
            trained.predict(asked)
                    .ifPresent(answer ->
                            assertEquals(answer.text(), asked.passage().substring(answer.start(), answer.end())));
        }
        assertEquals(Optional.empty(), trained.predict(odd.get(2)));
    }

    @Test
    void alwaysAnswersIfEveryQuestionOfTheTrainingDataHasAnAnswer() throws IOException {
        List<LabelledQuestion> answerable =
                train.stream().filter(LabelledQuestion::isAnswerable).limit(8).toList();
        try (AnswerExtractor extractor = AnswerExtractor.fromCheckpoint(checkpoint, OPTIONS)) {
            PassageQuestion question = answerable.get(0).question();
            assertEquals(Optional.empty(), extractor.predict(question), "it knows no answers yet");
            extractor.fit(answerable, 1);
            for (LabelledQuestion row : train) {
                assertTrue(
                        extractor.predict(row.question()).orElseThrow().text().length() <= 5);
            }
        }
    }

    @Test
    void repeatsARunUnderTheSameSeedAndNoOther() throws IOException {
        assertArrayEquals(losses(7), losses(7));
        assertNotEquals(losses(7)[0], losses(8)[0]);
    }

    @Test
    void refusesToLearnFromNothing() {
        LabelledQuestion row = new LabelledQuestion(
                "1", new PassageQuestion("谁？", "没有人"), List.of(new KnownAnswer("江晚", OptionalInt.empty())));
        String message = assertThrows(IllegalArgumentException.class, () -> trained.fit(List.of(row), 1))
                .getMessage();
        assertTrue(message.contains("of 1 questions, left out 1 without an answer"), message);
    }

    private static List<String> texts(List<LabelledQuestion> questions) {
        return questions.stream()
                .map(LabelledQuestion::question)
                .flatMap(question -> Stream.of(question.question(), question.passage()))
                .toList();
    }

    private static double[] losses(long seed) throws IOException {
        try (AnswerExtractor extractor = AnswerExtractor.fromCheckpoint(checkpoint, OPTIONS.withSeed(seed))) {
            return extractor.fit(train.subList(0, 16), 2).values("loss");
        }
    }
}
