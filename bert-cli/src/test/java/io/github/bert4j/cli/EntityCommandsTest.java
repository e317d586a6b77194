package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small models of both heads, trained once on a few texts; every test asks something of them. */
class EntityCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MEASURED =
            List.of("samples", "precision", "recall", "f1", "correct", "predicted", "gold");
    private static final Map<EntityHead, CommandLineRun> TRAININGS = new EnumMap<>(EntityHead.class);

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path data;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        data = SampleData.copy("entity/valid.bio", folder.resolve("valid.bio"));
        for (EntityHead head : EntityHead.values()) {
            CommandLineRun training = CommandLineRun.of(
                    "train",
                    "entity",
                    "--checkpoint=" + checkpoint,
                    "--train=" + data,
                    "--valid=" + data,
                    "--out=" + bundle(head),
                    "--head=" + head.name().toLowerCase(),
                    "--epochs=30",
                    "--batch=4",
                    "--lr=5e-3",
                    "--seed=1");
            assertEquals(0, training.exitCode(), training.err());
            TRAININGS.put(head, training);
        }
    }

    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void reportsTheTrainingAsOneLineOfJson(EntityHead head) throws IOException {
        CommandLineRun training = TRAININGS.get(head);
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals(1, training.lines().size(), training.out());
        assertEquals("entity", report.get("task").asText());
        assertEquals(bundle(head).toString(), report.get("bundle").asText());
        assertEquals(30, report.get("epochs").asInt());
        assertEquals(16, report.get("samples").asInt());
        assertEquals(26, report.get("gold").asInt());
        assertTrue(report.get("f1").asDouble() > 0.5, training.lastLine());
        assertTrue(training.err().contains("val_f1"), training.err());
    }

    /** Of data that is the same in another format. */
    @ParameterizedTest
    @EnumSource(EntityHead.class)
    void evaluatesTheEpochThatWasSaved(EntityHead head) throws IOException {
        Path json = SampleData.copy("entity/valid.jsonl", folder.resolve(head + ".jsonl"));
        Path scores = folder.resolve(head + ".csv");
        Path chart = folder.resolve(head + ".png");
        var run = CommandLineRun.of(
                "evaluate", bundle(head).toString(), json.toString(), "--scores=" + scores, "--chart=" + chart);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode measured = JSON.readTree(run.lastLine());
        JsonNode expected = JSON.readTree(TRAININGS.get(head).lastLine());
        MEASURED.forEach(key -> assertEquals(expected.get(key), measured.get(key), key));
        assertTrue(run.err().contains("support precision"), run.err());
        assertTrue(Files.readString(scores).contains(",人物,10,"), Files.readString(scores));
        assertTrue(ImageIO.read(chart.toFile()).getWidth() > 100);
    }

    @Test
    void answersLineByLineInTheFormatOfTheData() throws IOException {
        String input = "江晚和方小满去了鹿鸣山\n\n{\"text\": \"江晚和方小满去了鹿鸣山\"}\n";
        var run = CommandLineRun.withInput(
                input, "predict", bundle(EntityHead.CRF).toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(3, run.lines().size());
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        assertEquals(run.lines().get(0), run.lines().get(2), "a line of JSON stands for its text");
        JsonNode answer = JSON.readTree(run.lines().get(0));
        assertTrue(answer.get("entities").size() > 0, run.out());
        for (JsonNode entity : answer.get("entities")) {
            assertEquals(
                    entity.get("text").asText(),
                    answer.get("text")
                            .asText()
                            .substring(
                                    entity.get("start").asInt(),
                                    entity.get("end").asInt()));
        }
        Path predictions = Files.writeString(
                folder.resolve("predictions.jsonl"), run.lines().get(0));
        var again = CommandLineRun.of("evaluate", bundle(EntityHead.CRF).toString(), predictions.toString());
        assertEquals(1, JSON.readTree(again.lastLine()).get("f1").asDouble());
    }

    @Test
    void countsLabelsThatTheModelDoesNotKnow() throws IOException {
        Path other = Files.writeString(folder.resolve("other.bio"), "江 B-X\n晚 I-X\n");
        var run = CommandLineRun.of("evaluate", bundle(EntityHead.CRF).toString(), other.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("1 entities have a label that the model does not know"), run.err());
        assertEquals(1, JSON.readTree(run.lastLine()).get("gold").asInt());
    }

    @Test
    void refusesFilesThatTheTaskDoesNotHave() {
        var run = CommandLineRun.of("evaluate", bundle(EntityHead.CRF).toString(), data.toString(), "--roc=roc.png");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--roc: the bundle's task has no such file"), run.err());
    }

    @Test
    void refusesTrainingDataWithoutAnyEntity() throws IOException {
        Path none = Files.writeString(folder.resolve("none.bio"), "江 O\n晚 O\n");
        var run = CommandLineRun.of(
                "train", "entity", "--checkpoint=" + checkpoint, "--train=" + none, "--out=" + folder.resolve("none"));
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("expected at least one"), run.err());
    }

    private static Path bundle(EntityHead head) {
        return folder.resolve("bundle-" + head);
    }
}
