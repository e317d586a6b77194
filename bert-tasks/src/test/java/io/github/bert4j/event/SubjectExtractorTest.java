package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.models.History;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small extractor, trained once; most tests ask something of it. */
class SubjectExtractorTest {
    private static final TrainingOptions OPTIONS =
            SubjectExtractor.DEFAULTS.withLearningRate(3e-3).withBatchSize(8);

    private static List<LabelledEvent> events;
    private static SubjectExtractor trained;
    private static History history;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        events = TestData.events("train.csv");
        trained = Extractors.random(OPTIONS, vocabulary(), 128, 160, 0);
        history = trained.fit(events, 24, events);
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    @Test
    void learnsTheSampleEvents() {
        double[] exactMatch = history.values("val_exactMatch");
        assertTrue(exactMatch[23] >= 0.95, "exactMatch " + exactMatch[23]);
        assertTrue(exactMatch[0] < exactMatch[23]);
        SubjectEvaluation evaluation = trained.evaluate(events);
        assertEquals(exactMatch[23], evaluation.exactMatch());
        // Three events have two subjects each: one answer to both rows.
        assertTrue(evaluation.rowMatch() < evaluation.exactMatch());
        assertEquals(events.size(), evaluation.samples() + evaluation.skippedOther());
        assertEquals(18, evaluation.skippedOther());
    }

    @Test
    void tellsTheSubjectsOfTwoEventsOfOneTextApart() {
        String text = "苍岩水泥董事长辞职 明澈环保年报难产被立案";
        assertEquals("苍岩水泥", entity(text, "高管变动"));
        assertEquals("明澈环保", entity(text, "涉嫌违规"));
        assertEquals("NaN", entity(text, "其他"));
        assertEquals("NaN", entity(text, "业绩大增"));
    }

    @Test
    void readsTextsLongerThanThePositionTableInWindows() {
        String text = "。".repeat(1000) + "受需求疲软影响，望舒光电第二季度收入环比减少百分之二十七" + "。".repeat(700);
        Subject subject = trained.predict(new Event(text, "业绩下滑")).orElseThrow();
        assertEquals("望舒光电", subject.entity());
        assertEquals(1008, subject.start());
        assertEquals(1012, subject.end());
    }

    @Test
    void predictsOneEventAsItPredictsMany() {
        List<Event> asked =
                events.subList(0, 40).stream().map(LabelledEvent::event).toList();
        List<Optional<Subject>> together = trained.predict(asked);
        for (int i = 0; i < asked.size(); i++) {
            Optional<Subject> alone = trained.predict(asked.get(i));
            assertEquals(LabelledEvent.entity(alone), LabelledEvent.entity(together.get(i)));
            assertEquals(probability(alone), probability(together.get(i)), 1e-5);
        }
    }

    @Test
    void predictsTheSameAfterSavingAndLoading() throws IOException {
        Path bundle = folder.resolve("bundle");
        trained.save(bundle);
        List<Event> asked = events.stream().map(LabelledEvent::event).toList();
        try (SubjectExtractor loaded = SubjectExtractor.load(bundle)) {
            assertEquals(trained.predict(asked), loaded.predict(asked));
            assertEquals(trained.head(), loaded.head());
            assertEquals(List.of("业绩下滑", "产品召回", "涉嫌违规", "资产重组", "高管变动"), loaded.types());
        }
    }

    @Test
    void goesOnLearningAfterItWasLoaded() throws IOException {
        Path bundle = folder.resolve("bundle");
        trained.save(bundle);
        try (SubjectExtractor loaded = SubjectExtractor.load(bundle)) {
            loaded.fit(List.of(LabelledEvent.of("青岚~科技中标", "中标", "青岚~科技")), 1);
            assertTrue(loaded.types().containsAll(List.of("中标", "业绩下滑")));
            assertTrue(loaded.head().allowedCharacters().containsAll(List.of("~", "（")));
        }
    }

    @Test
    void refusesADamagedBundleAndOneOfAnotherTask() throws IOException {
        Path bundle = folder.resolve("bundle");
        trained.save(bundle);
        Path weights = bundle.resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        String damaged = assertThrows(BundleException.class, () -> SubjectExtractor.load(bundle))
                .getMessage();
        assertTrue(damaged.contains("weights.safetensors is damaged"), damaged);

        Path sentiment = folder.resolve("sentiment");
        try (SentimentClassifier classifier =
                SentimentClassifier.fromCheckpoint(TestData.tinyBert(folder), SentimentClassifier.DEFAULTS)) {
            classifier.save(sentiment);
        }
        String other = assertThrows(BundleException.class, () -> SubjectExtractor.load(sentiment))
                .getMessage();
        assertTrue(other.contains("trained for sentiment, expected event"), other);
    }

    @Test
    void repeatsARunUnderTheSameSeedAndNoOther() throws IOException {
        assertArrayEquals(losses(7), losses(7));
        assertNotEquals(losses(7)[0], losses(8)[0]);
    }

    @Test
    void refusesToLearnFromNothing() {
        List<LabelledEvent> rows = List.of(LabelledEvent.of("松涛", "其他", "NaN"), LabelledEvent.of("松涛", "下滑", "青岚"));
        String message = assertThrows(IllegalArgumentException.class, () -> trained.fit(rows, 1))
                .getMessage();
        assertTrue(message.contains("of 2 rows: 1 of type 其他, 1 whose entity is not in the part"), message);
    }

    @Test
    void refusesAMaximumLengthThatThePositionTableLacks() throws IOException {
        List<LabelledEvent> rows = List.of(LabelledEvent.of("松涛电器" + "长".repeat(200), "业绩下滑", "松涛电器"));
        try (SubjectExtractor extractor = Extractors.random(OPTIONS.withMaxLength(60), vocabulary(), 16, 64, 0)) {
            String message = assertThrows(IllegalArgumentException.class, () -> extractor.fit(rows, 1))
                    .getMessage();
            assertTrue(message.contains("has 72 tokens"), message);
            assertTrue(message.endsWith("a maximum length of at most 52"), message);
        }
        try (SubjectExtractor extractor = Extractors.random(OPTIONS.withMaxLength(52), vocabulary(), 16, 64, 0)) {
            extractor.fit(rows, 1);
        }
    }

    private static String entity(String text, String type) {
        return LabelledEvent.entity(trained.predict(new Event(text, type)));
    }

    private static double probability(Optional<Subject> subject) {
        return subject.map(Subject::probability).orElse(0.0);
    }

    private static Vocabulary vocabulary() {
        return Extractors.vocabulary(events.stream()
                .map(LabelledEvent::event)
                .flatMap(event -> Stream.of(event.text(), event.type()))
                .toList());
    }

    private static double[] losses(long seed) throws IOException {
        try (SubjectExtractor extractor = Extractors.random(OPTIONS.withSeed(seed), vocabulary(), 16, 160, 0.1)) {
            return extractor.fit(events.subList(0, 40), 2).values("loss");
        }
    }
}
