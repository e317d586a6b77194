package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small model, trained once on a few texts; every test asks something of it. */
class RelationCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MEASURED =
            List.of("samples", "precision", "recall", "f1", "correct", "predicted", "gold");

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path data;
    private static Path schema;
    private static Path bundle;
    private static CommandLineRun training;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        schema = SampleData.copy("relation/schemas.jsonl", folder.resolve("schemas.jsonl"));
        Path all = SampleData.copy("relation/train.jsonl", folder.resolve("all.jsonl"));
        data = folder.resolve("data.jsonl");
        Files.writeString(data, String.join("\n\n", Files.readAllLines(all).subList(0, 8)));
        bundle = folder.resolve("bundle");
        training = CommandLineRun.of(
                "train",
                "relation",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--schema=" + schema,
                "--out=" + bundle,
                "--epochs=60",
                "--batch=2",
                "--lr=1e-2",
                "--seed=1");
        assertEquals(0, training.exitCode(), training.err());
    }

    @Test
    void reportsTheTrainingAsOneLineOfJson() throws IOException {
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals(1, training.lines().size(), training.out());
        assertEquals(
                List.of(
                        "task",
                        "bundle",
                        "epochs",
                        "bestEpoch",
                        "samples",
                        "precision",
                        "recall",
                        "f1",
                        "correct",
                        "predicted",
                        "gold"),
                keys(report));
        assertEquals("relation", report.get("task").asText());
        assertEquals(bundle.toString(), report.get("bundle").asText());
        assertEquals(60, report.get("epochs").asInt());
        assertEquals(8, report.get("samples").asInt());
        assertTrue(report.get("f1").asDouble() > 0.5, training.lastLine());
    }

    @Test
    void reportsProgressAndDefectsOnStderr() {
        assertTrue(training.err().contains(data + ": left out 7 blank lines"), training.err());
        assertTrue(training.err().contains("6 predicates in 7 lines"), training.err());
        assertTrue(training.err().contains("Epoch 60/60: loss"), training.err());
        assertTrue(training.err().contains("val_f1"), training.err());
    }

    @Test
    void evaluatesTheEpochThatWasSaved() throws IOException {
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode measured = JSON.readTree(run.lastLine());
        JsonNode expected = JSON.readTree(training.lastLine());
        assertEquals("task", keys(measured).get(0));
        assertEquals(MEASURED, keys(measured).subList(1, 8));
        MEASURED.forEach(key -> assertEquals(expected.get(key), measured.get(key), key));
        int correct = measured.get("correct").asInt();
        assertEquals(
                (double) correct / measured.get("predicted").asInt(),
                measured.get("precision").asDouble(),
                1e-12);
        assertEquals((double) correct / 10, measured.get("recall").asDouble(), 1e-12);
        assertTrue(run.err().contains("support precision"), run.err());
    }

    @Test
    void writesTheFilesAskedFor() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Path chart = folder.resolve("chart.png");
        Path report = folder.resolve("report.jsonl");
        Path predictions = folder.resolve("predictions.jsonl");
        var run = CommandLineRun.of(
                "evaluate",
                bundle.toString(),
                data.toString(),
                "--scores=" + scores,
                "--chart=" + chart,
                "--report=" + report,
                "--predictions=" + predictions);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(Files.readString(scores).contains("导演,10,"), Files.readString(scores));
        assertTrue(ImageIO.read(chart.toFile()).getWidth() > 100);
        assertEquals(8, Files.readAllLines(report).size());
        List<String> lines = Files.readAllLines(predictions);
        assertEquals(List.of("text", "spo_list"), keys(JSON.readTree(lines.get(0))));
        // The predictions are data like those that were read.
        var again = CommandLineRun.of("evaluate", bundle.toString(), predictions.toString());
        assertEquals(1, JSON.readTree(again.lastLine()).get("f1").asDouble());
    }

    @Test
    void refusesFilesThatTheTaskDoesNotHave() {
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--roc=roc.html");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--roc: the bundle's task has no such file"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void answersLineByLineInOrder() throws IOException {
        List<String> texts = Files.readAllLines(data);
        String input = "无关\n\n" + JSON.readTree(texts.get(0)).get("text").asText() + "\r\n" + texts.get(0) + "\n{错";
        var run = CommandLineRun.withInput(input, "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(5, run.lines().size());
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        assertEquals("{错", JSON.readTree(run.lines().get(4)).get("text").asText());
        JsonNode answer = JSON.readTree(run.lines().get(2));
        assertEquals(List.of("text", "spo_list"), keys(answer));
        assertEquals(run.lines().get(2), run.lines().get(3), "a line of JSON stands for its text");
        assertTrue(answer.get("spo_list").size() > 0, run.out());
        String text = answer.get("text").asText();
        for (JsonNode triple : answer.get("spo_list")) {
            assertEquals(
                    List.of(
                            "subject",
                            "predicate",
                            "object",
                            "subject_start",
                            "subject_end",
                            "object_start",
                            "object_end"),
                    keys(triple));
            for (String name : List.of("subject", "object")) {
                assertEquals(
                        triple.get(name).asText(),
                        text.substring(
                                triple.get(name + "_start").asInt(),
                                triple.get(name + "_end").asInt()));
            }
        }
    }

    @Test
    void keepsTheLastEpochWithoutValidationData() throws IOException {
        Path other = folder.resolve("other");
        var run = CommandLineRun.of(
                "train",
                "relation",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--schema=" + schema,
                "--out=" + other,
                "--epochs=2");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode report = JSON.readTree(run.lastLine());
        assertEquals(2, report.get("bestEpoch").asInt());
        assertEquals(List.of("task", "bundle", "epochs", "bestEpoch"), keys(report));
    }

    @Test
    void namesTheLineOfMalformedData() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jsonl"), "\n{\"text\": ");
        var run = CommandLineRun.of("evaluate", bundle.toString(), broken.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(broken + ": 1 of 1 lines") && run.err().contains("; line 2: "), run.err());
        assertEquals("", run.out());
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(entry -> entry.getKey()).toList();
    }
}
