package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model, trained once on a few questions; every test asks something of it. */
class AnswerCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path data;
    private static Path bundle;
    private static CommandLineRun training;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        data = SampleData.copy("answer/valid.json", folder.resolve("valid.json"));
        bundle = folder.resolve("bundle");
        training = CommandLineRun.of(
                "train",
                "answer",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + bundle,
                "--epochs=30",
                "--batch=4",
                "--lr=1e-2",
                "--seed=1");
    }

    @Test
    void reportsTheTrainingAsOneLineOfJson() throws IOException {
        assertEquals(0, training.exitCode(), training.err());
        assertEquals(1, training.lines().size(), training.out());
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals("answer", report.get("task").asText());
        assertEquals(13, report.get("samples").asInt());
        assertEquals("cmrc2018", report.get("scoring").asText());
        assertTrue(report.get("exactMatch").asDouble() > 0.5, training.lastLine());
        assertTrue(report.get("f1").asDouble() >= report.get("exactMatch").asDouble(), training.lastLine());
        assertTrue(training.err().contains("val_f1"), training.err());
    }

    @Test
    void evaluatesTheEpochThatWasSavedAndWritesItsAnswersByTheirIds() throws IOException {
        Path predictions = folder.resolve("predictions.json");
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--predictions=" + predictions);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode measured = JSON.readTree(run.lastLine());
        JsonNode expected = JSON.readTree(training.lastLine());
        for (String key : List.of("samples", "exactMatch", "f1", "scoring")) {
            assertEquals(expected.get(key), measured.get(key), key);
        }
        JsonNode answers = JSON.readTree(predictions.toFile());
        assertEquals(13, answers.size());
        int exact = 0;
        for (JsonNode paragraph : JSON.readTree(data.toFile()).at("/data/0/paragraphs")) {
            for (JsonNode question : paragraph.get("qas")) {
                String answer = answers.get(question.get("id").asText()).asText();
                assertTrue(paragraph.get("context").asText().contains(answer));
                exact += question.at("/answers/0/text").asText().equals(answer) ? 1 : 0;
            }
        }
        assertEquals(measured.get("exactMatch").asDouble(), exact / 13.0, 1e-12);
    }

    @Test
    void answersBothKindsOfLinesInOrder() throws IOException {
        String passage = "海星山海拔九百米，山顶有一座石亭。上山的路有两条，东路长四公里，西路长二公里。";
        String input = "海星山海拔多少？\t" + passage + "\n"
                + "{\"id\": 7, \"question\": \"海星山海拔多少？\", \"text\": \"" + passage + "\"}\n"
                + "\n"
                + "no tab\n"
                + "{\"question\": \"?\"}\n"
                + "{\"question\": \"?\", \"text\": \"\"}\n"
                + "谁？\t" + passage.repeat(20) + "\n";
        var run = CommandLineRun.withInput(input, "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        List<JsonNode> answers = new ArrayList<>();
        for (String line : run.lines()) {
            answers.add(JSON.readTree(line));
        }
        assertEquals(7, answers.size());
        assertFalse(answers.get(0).has("id"));
        assertEquals(7, answers.get(1).get("id").asInt());
        assertEquals(answers.get(0).get("answer"), answers.get(1).get("answer"));
        assertEquals(passage, answers.get(0).get("text").asText());
        assertEquals("海星山海拔多少？", answers.get(0).get("question").asText());
        for (int i : new int[] {0, 1, 6}) {
            JsonNode answer = answers.get(i);
            String text = answer.get("answer").asText();
            if (text.isEmpty()) {
                assertTrue(answer.get("start").isNull());
            } else {
                int start = answer.get("start").asInt();
                assertEquals(
                        text,
                        answer.get("text")
                                .asText()
                                .substring(start, answer.get("end").asInt()));
            }
        }
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(2));
        assertTrue(answers.get(3).get("error").asText().contains("expected a question, a TAB"));
        assertTrue(answers.get(4).get("error").asText().contains("expected {\"text\": …, \"question\": …}"));
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(5));
    }

    @Test
    void refusesFilesThatTheTaskDoesNotHaveAndDataThatIsNone() throws IOException {
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--scores=x.csv");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--scores: the bundle's task has no such file"), run.err());
        Path none = Files.writeString(folder.resolve("none.json"), "{\"data\": []}");
        var empty = CommandLineRun.of("evaluate", bundle.toString(), none.toString());
        assertEquals(1, empty.exitCode());
        assertTrue(empty.err().contains("none.json holds no questions"), empty.err());
    }
}
