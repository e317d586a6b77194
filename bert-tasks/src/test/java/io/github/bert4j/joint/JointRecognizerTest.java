package io.github.bert4j.joint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model, trained once on the sample data; most tests ask something of it. */
class JointRecognizerTest {
    private static final TrainingOptions OPTIONS =
            JointRecognizer.DEFAULTS.withMaxLength(20).withLearningRate(2e-3).withBatchSize(8);

    @TempDir
    private static Path folder;

    private static List<LabelledJointText> train;
    private static Path checkpoint;
    private static JointRecognizer recognizer;

    @BeforeAll
    static void learn() throws IOException {
        train = TestData.commands("train.jsonl");
        checkpoint = TestData.smallBert(folder, 64, 32, texts(train));
        recognizer = untrained();
        recognizer.fit(train, 20);
    }

    @AfterAll
    static void close() {
        recognizer.close();
    }

    @Test
    void learnsTheSampleData() {
        JointEvaluation evaluation = recognizer.evaluate(train);
        assertTrue(evaluation.sentenceAccuracy() >= 0.95, evaluation.metrics().toString());
    }

    @Test
    void understandsCommandsItHasNotSeen() throws IOException {
        JointEvaluation evaluation = recognizer.evaluate(TestData.commands("valid.jsonl"));
        assertTrue(
                evaluation.classification().accuracy() >= 0.8,
                evaluation.metrics().toString());
        assertTrue(
                evaluation.entities().score().f1() >= 0.8, evaluation.metrics().toString());
    }

    @Test
    void tellsWhatATextIsAndWhereItsEntitiesStand() {
        JointAnswer answer = recognizer.predict("😀把客厅的灯关掉");
        assertEquals("设备", answer.label());
        assertEquals(answer.classification().probabilities().get("设备"), answer.probability());
        assertEquals(List.of(new Entity("房间", "客厅", 3, 5), new Entity("设备", "灯", 6, 7)), answer.entities());
        assertEquals(List.of(), recognizer.predict("").entities());
        assertEquals(List.of(), recognizer.predict(List.of()));
    }

    @Test
    void predictsTheSameAfterSavingAndLoading() throws IOException {
        Path bundle = folder.resolve("bundle");
        recognizer.save(bundle);
        List<String> texts = Stream.concat(texts(train).stream(), Stream.of("", String.join("", texts(train))))
                .toList();
        try (JointRecognizer loaded = JointRecognizer.load(bundle)) {
            assertEquals(recognizer.labels(), loaded.labels());
            assertEquals(recognizer.predict(texts), loaded.predict(texts));
        }
        assertTrue(assertThrows(BundleException.class, () -> EntityRecognizer.load(bundle))
                .getMessage()
                .contains("it was trained for joint, expected entity"));
    }

    /** The third room ends with the last character that is read, so that its name may go on. */
    @Test
    void readsTheBeginningOfALongText() {
        String text = "请" + "把客厅的灯关掉，".repeat(10);
        List<Entity> found = recognizer.predict(text).entities();
        assertTrue(found.contains(new Entity("房间", "客厅", 2, 4)), found.toString());
        assertTrue(found.stream().allMatch(entity -> entity.end() < 20), found.toString());
    }

    /** Its entity is not read, and no reason to fail. */
    @Test
    void learnsFromTextsLongerThanItReads() throws IOException {
        String text = "啊".repeat(30) + "灯";
        try (JointRecognizer untrained = untrained()) {
            var entity = Entity.in(text, 30, 31, "设备").orElseThrow();
            untrained.fit(List.of(new LabelledJointText("设备", new LabelledText(text, List.of(entity)))), 30);
            JointAnswer answer = untrained.predict(text);
            assertEquals("设备", answer.label());
            assertEquals(List.of(), answer.entities());
        }
    }

    @Test
    void measuresEveryEpoch() throws IOException {
        List<LabelledJointText> validation = train.subList(0, 8);
        try (JointRecognizer untrained = untrained()) {
            var history = untrained.fit(train.subList(0, 16), 2, validation);
            assertEquals(
                    List.of(
                            "loss",
                            "label_loss",
                            "entities_loss",
                            "val_accuracy",
                            "val_precision",
                            "val_recall",
                            "val_f1",
                            "val_sentenceAccuracy"),
                    List.copyOf(history.epochs().get(1).metrics().keySet()));
            assertEquals(untrained.evaluate(validation).classification().accuracy(), history.values("val_accuracy")[1]);
        }
    }

    @Test
    void leavesFrozenLayersAsTheyAre() throws IOException {
        var frozen = OPTIONS.withTuning(Tuning.NONE.withFrozenLayers(1));
        try (JointRecognizer partly = JointRecognizer.fromCheckpoint(checkpoint, JointLabels.of(train), frozen);
                JointRecognizer untrained = untrained()) {
            partly.fit(train.subList(0, 16), 1);
            assertArrayEquals(weight(untrained, "layer_0"), weight(partly, "layer_0"));
            assertFalse(Arrays.equals(weight(untrained, "layer_1"), weight(partly, "layer_1")));
        }
    }

    @Test
    void refusesLabelsThatItCannotLearn() {
        var unknown = List.of(new LabelledJointText("新闻", new LabelledText("有什么新闻", List.of())));
        var failure = assertThrows(IllegalArgumentException.class, () -> recognizer.fit(unknown, 1));
        assertTrue(failure.getMessage().contains("the recognizer knows [天气, 设备, 闹钟, 音乐]"), failure.getMessage());
        assertFalse(recognizer.labels().entities().isEmpty());
        for (List<String> classes : List.of(List.of("a"), List.of("a", "a"))) {
            assertThrows(IllegalArgumentException.class, () -> new JointLabels(classes, List.of("b")));
        }
        for (List<String> entities : List.of(List.<String>of(), List.of("b", "b"))) {
            assertThrows(IllegalArgumentException.class, () -> new JointLabels(List.of("a", "c"), entities));
        }
    }

    @Test
    void refusesAWeightThatIsNotPositive() {
        for (double weight : List.of(0.0, -1.0, Double.NaN)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> JointRecognizer.fromCheckpoint(checkpoint, JointLabels.of(train), OPTIONS, weight));
        }
    }

    private static float[] weight(JointRecognizer of, String layer) {
        return of.model().weights().stream()
                .filter(weight -> weight.name().endsWith(layer + "/output/dense/kernel"))
                .findFirst()
                .orElseThrow()
                .values();
    }

    private static JointRecognizer untrained() throws IOException {
        return JointRecognizer.fromCheckpoint(checkpoint, JointLabels.of(train), OPTIONS);
    }

    private static List<String> texts(List<LabelledJointText> labelled) {
        return labelled.stream().map(text -> text.labelled().text()).toList();
    }
}
