package io.github.bert4j.entity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two small models, one of each head, trained once on the sample data; most tests ask something of them. */
class EntityRecognizerTest {
    private static final TrainingOptions OPTIONS =
            EntityRecognizer.DEFAULTS.withMaxLength(40).withLearningRate(2e-3).withBatchSize(8);

    @TempDir
    private static Path folder;

    private static final Map<EntityHead, EntityRecognizer> RECOGNIZERS = new EnumMap<>(EntityHead.class);
    private static List<LabelledText> train;
    private static List<String> labels;
    private static Path checkpoint;

    @BeforeAll
    static void learn() throws IOException {
        train = TestData.entities("train.jsonl");
        labels = EntityRecognizer.labels(train);
        checkpoint = TestData.smallBert(folder, 64, 64, texts(train));
        for (EntityHead head : EntityHead.values()) {
            EntityRecognizer recognizer = EntityRecognizer.fromCheckpoint(checkpoint, labels, head, OPTIONS);
            RECOGNIZERS.put(head, recognizer);
            for (int epochs = 0; epochs < 100 && f1(recognizer, train) < 0.98; epochs += 5) {
                recognizer.fit(train, 5);
            }
        }
    }

    @AfterAll
    static void close() {
        RECOGNIZERS.values().forEach(EntityRecognizer::close);
    }

    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void learnsTheSampleData(EntityHead head) {
        assertTrue(f1(RECOGNIZERS.get(head), train) >= 0.95, "F1 " + f1(RECOGNIZERS.get(head), train));
    }

    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void findsEntitiesInSentencesItHasNotSeen(EntityHead head) throws IOException {
        double f1 = f1(RECOGNIZERS.get(head), TestData.entities("valid.jsonl"));
        assertTrue(f1 >= 0.7, "F1 " + f1);
    }

    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void tellsWhereEntitiesStand(EntityHead head) {
        assertEquals(
                List.of(new Entity("人物", "江晚", 2, 4)), RECOGNIZERS.get(head).predict("😀江晚今天很高兴"));
        assertEquals(List.of(), RECOGNIZERS.get(head).predict(""));
    }

    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void predictsTheSameAfterSavingAndLoading(EntityHead head) throws IOException {
        Path bundle = folder.resolve("bundle-" + head);
        EntityRecognizer recognizer = RECOGNIZERS.get(head);
        recognizer.save(bundle);
        List<String> texts = List.of(String.join("", texts(train)), train.get(0).text(), "");
        try (EntityRecognizer loaded = EntityRecognizer.load(bundle)) {
            assertEquals(labels, loaded.labels());
            assertEquals(recognizer.predict(texts), loaded.predict(texts));
            assertEquals(recognizer.predict(texts(train)), loaded.predict(texts(train)));
        }
        assertTrue(assertThrows(BundleException.class, () -> RelationExtractor.load(bundle))
                .getMessage()
                .contains("it was trained for entity, expected relation"));
    }

    /** What is found in a window by itself is found in the whole text, if the window shows it whole. */
    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void mergesTheAnswersOfTheWindowsOfALongText(EntityHead head) throws IOException {
        String text = String.join("", texts(train)).substring(0, 400);
        TextWindows windows =
                new TextWindows(OurTokenizer.uncased(Vocabulary.load(checkpoint.resolve("vocab.txt"))), 42);
        Set<Entity> all = new HashSet<>();
        for (Window window : windows.of(text)) {
            int from = window.textStart();
            int to = window.textEnd();
            for (Entity entity : RECOGNIZERS.get(head).predict(text.substring(from, to))) {
                if ((from == 0 || entity.start() > 0) && (to == text.length() || from + entity.end() < to)) {
                    all.add(Entity.in(text, from + entity.start(), from + entity.end(), entity.label())
                            .orElseThrow());
                }
            }
        }
        List<Entity> found = RECOGNIZERS.get(head).predict(text);
        assertTrue(found.size() > 20, found.toString());
        assertTrue(all.containsAll(found));
        for (Entity entity : all) {
            assertTrue(
                    found.contains(entity)
                            || head == EntityHead.CRF && found.stream().anyMatch(other -> overlap(entity, other)),
                    entity.toString());
        }
    }

    /** An untrained GlobalPointer takes half of all stretches for entities; the CRF's never overlap. */
    @Test
    void onlyAGlobalPointerFindsEntitiesWithinOthers() throws IOException {
        String text = String.join("", texts(train)).substring(0, 200);
        assertTrue(overlaps(EntityHead.GLOBAL_POINTER, text));
        assertFalse(overlaps(EntityHead.CRF, text));
    }

    @Test
    void learnsEntitiesWithinOthers() throws IOException {
        String text = "云岭大学图书馆";
        List<Entity> nested = List.of(
                Entity.in(text, 0, 7, "机构").orElseThrow(),
                Entity.in(text, 0, 4, "机构").orElseThrow(),
                Entity.in(text, 0, 2, "地点").orElseThrow());
        try (EntityRecognizer recognizer =
                EntityRecognizer.fromCheckpoint(checkpoint, labels, EntityHead.GLOBAL_POINTER, OPTIONS)) {
            recognizer.fit(List.of(new LabelledText(text, nested)), 30);
            assertEquals(nested, recognizer.predict(text));
        }
    }

    @Test
    void refusesLabelsThatAreNone() {
        for (List<String> wrong : List.of(List.<String>of(), List.of("人物", "人物"))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> EntityRecognizer.fromCheckpoint(checkpoint, wrong, EntityHead.CRF, OPTIONS));
        }
    }

    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void repeatsARunUnderTheSameSeed(EntityHead head) throws IOException {
        assertArrayEquals(losses(head, 7), losses(head, 7));
        assertTrue(losses(head, 7)[1] != losses(head, 8)[1]);
    }

    @Test
    void measuresEveryEpoch() throws IOException {
        try (EntityRecognizer untrained =
                EntityRecognizer.fromCheckpoint(checkpoint, labels, EntityHead.CRF, OPTIONS)) {
            var history = untrained.fit(train.subList(0, 16), 2, train.subList(0, 8));
            assertEquals(
                    List.of("loss", "val_precision", "val_recall", "val_f1"),
                    List.copyOf(history.epochs().get(1).metrics().keySet()));
            assertEquals(f1(untrained, train.subList(0, 8)), history.values("val_f1")[1]);
        }
    }

    private static boolean overlaps(EntityHead head, String text) throws IOException {
        try (EntityRecognizer untrained = EntityRecognizer.fromCheckpoint(checkpoint, labels, head, OPTIONS)) {
            List<Entity> found = untrained.predict(text);
            assertTrue(found.size() > 5, found.toString());
            return found.stream()
                    .anyMatch(one -> found.stream().anyMatch(other -> !one.equals(other) && overlap(one, other)));
        }
    }

    private static boolean overlap(Entity one, Entity other) {
        return one.start() < other.end() && other.start() < one.end();
    }

    private static double[] losses(EntityHead head, long seed) throws IOException {
        try (EntityRecognizer untrained =
                EntityRecognizer.fromCheckpoint(checkpoint, labels, head, OPTIONS.withSeed(seed))) {
            return untrained.fit(train.subList(0, 16), 2).values("loss");
        }
    }

    private static double f1(EntityRecognizer recognizer, List<LabelledText> texts) {
        return recognizer.evaluate(texts).score().f1();
    }

    private static List<String> texts(List<LabelledText> labelled) {
        return labelled.stream().map(LabelledText::text).toList();
    }
}
