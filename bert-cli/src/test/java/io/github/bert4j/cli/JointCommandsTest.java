package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.datasets.JointFiles;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model, trained once on a few commands; every test asks something of it. */
class JointCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MEASURED =
            List.of("samples", "accuracy", "precision", "recall", "f1", "sentenceAccuracy");

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path data;
    private static Path bundle;
    private static CommandLineRun training;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        data = SampleData.copy("joint/valid.jsonl", folder.resolve("valid.jsonl"));
        bundle = folder.resolve("bundle");
        training = CommandLineRun.of(
                "train",
                "joint",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + bundle,
                "--entity-weight=0.5",
                "--epochs=40",
                "--batch=4",
                "--lr=5e-3",
                "--seed=1");
        assertEquals(0, training.exitCode(), training.err());
    }

    @Test
    void reportsTheTrainingAsOneLineOfJson() throws IOException {
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals(1, training.lines().size(), training.out());
        assertEquals("joint", report.get("task").asText());
        assertEquals(bundle.toString(), report.get("bundle").asText());
        assertEquals(15, report.get("samples").asInt());
        assertTrue(report.get("sentenceAccuracy").asDouble() > 0.5, training.lastLine());
        assertTrue(training.err().contains("val_sentenceAccuracy"), training.err());
    }

    @Test
    void evaluatesTheEpochThatWasSaved() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Path chart = folder.resolve("chart.png");
        Path confusion = folder.resolve("confusion.png");
        var run = CommandLineRun.of(
                "evaluate",
                bundle.toString(),
                data.toString(),
                "--scores=" + scores,
                "--chart=" + chart,
                "--confusion=" + confusion);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode measured = JSON.readTree(run.lastLine());
        JsonNode expected = JSON.readTree(training.lastLine());
        MEASURED.forEach(key -> assertEquals(expected.get(key), measured.get(key), key));
        assertTrue(run.err().contains("  闹钟\n"), run.err());
        assertTrue(run.err().contains("  时间\n"), run.err());
        assertTrue(Files.readString(scores).contains(",时间,5,"), Files.readString(scores));
        assertTrue(Files.size(chart) > 0);
        assertTrue(Files.size(confusion) > 0);
        assertEquals(1, CommandLineRun.of("explain", bundle.toString(), "打开灯").exitCode());
    }

    @Test
    void answersLineByLineInTheFormatOfTheData() throws IOException {
        String input = "打开客厅的空调\n\n{\"text\": \"打开客厅的空调\"}\n";
        var run = CommandLineRun.withInput(input, "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(3, run.lines().size());
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        assertEquals(run.lines().get(0), run.lines().get(2), "a line of JSON stands for its text");
        JsonNode answer = JSON.readTree(run.lines().get(0));
        List<String> names = new ArrayList<>();
        answer.fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("text", "label", "probability", "entities"), names);
        Path predictions = Files.writeString(
                folder.resolve("predictions.jsonl"), run.lines().get(0));
        var again = CommandLineRun.of("evaluate", bundle.toString(), predictions.toString());
        assertEquals(1, JSON.readTree(again.lastLine()).get("sentenceAccuracy").asDouble());
    }

    @Test
    void countsLabelsThatTheModelDoesNotKnow() throws IOException {
        Path other = Files.writeString(
                folder.resolve("other.jsonl"),
                "{\"text\": \"打开灯\", \"label\": \"新\", \"entities\": [{\"start\": 2, \"end\": 3, \"label\": \"物\"}]}");
        var run = CommandLineRun.of("evaluate", bundle.toString(), other.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("count as missed: [新]"), run.err());
        assertTrue(run.err().contains("1 entities have a label that the model does not know"), run.err());
        assertEquals(0, JSON.readTree(run.lastLine()).get("sentenceAccuracy").asDouble());
    }

    @Test
    void leavesOutEntitiesThatStandElsewhereAndRefusesTextsWithoutALabel() throws IOException {
        String line =
                "{\"text\": \"打开灯\", \"label\": \"%s\", \"entities\": [{\"start\": 2, \"end\": 4, \"label\": \"物\"}]}";
        Path misplaced = Files.writeString(folder.resolve("misplaced.jsonl"), line.formatted("设备"));
        List<String> warnings = new ArrayList<>();
        assertEquals(
                List.of(),
                JointFiles.read(List.of(misplaced), warnings::add)
                        .get(0)
                        .labelled()
                        .entities());
        assertTrue(warnings.get(0).contains("left out 1 entities"), warnings.toString());
        Path blank = Files.writeString(folder.resolve("blank.jsonl"), "\n" + line.formatted(" "));
        var run = CommandLineRun.of("evaluate", bundle.toString(), blank.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(blank + ": 1 of 1 lines") && run.err().contains("a blank label"), run.err());
    }
}
