package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two small models, trained once; every test asks something of them. */
class EventCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "业绩下滑";

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path data;
    private static Path bundle;
    private static Path second;
    private static CommandLineRun training;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        data = folder.resolve("events.csv");
        Files.writeString(data, """
                "1","这家店（上海）的房间很差","业绩下滑","这家店（上海）"
                "2","这家店和那家店都不好","业绩下滑","这家店"

                "3","这家店和那家店都不好","业绩下滑","那家店"
                "4","早餐很好","其他","NaN"
                "5","手机坏了","产品召回","手机"
                "6","手机坏了"
                "7","手机坏了","产品召回","电视"
                """);
        bundle = folder.resolve("bundle");
        second = folder.resolve("second");
        training = train(bundle, 1);
        assertEquals(0, train(second, 2).exitCode());
    }

    @Test
    void reportsTheTrainingAsOneLineOfJson() throws IOException {
        assertEquals(0, training.exitCode(), training.err());
        assertEquals(1, training.lines().size(), training.out());
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals(
                List.of("task", "bundle", "epochs", "bestEpoch", "samples", "exactMatch", "rowMatch", "skippedOther"),
                keys(report));
        assertEquals("event", report.get("task").asText());
        assertEquals(bundle.toString(), report.get("bundle").asText());
        assertEquals(5, report.get("samples").asInt());
        assertEquals(1, report.get("skippedOther").asInt());
    }

    @Test
    void reportsProgressAndWhatItLeftOutOnStderr() {
        String err = training.err();
        assertTrue(err.contains(data + ": left out 1 blank rows"), err);
        assertTrue(err.contains("left out 1 lines that are not four columns: id, text, type and entity: line 7"), err);
        assertTrue(err.contains(data + ": 2 events have more than one subject"), err);
        assertTrue(err.contains("Epoch 6/6"), err);
        assertTrue(err.contains("val_exactMatch"), err);
    }

    @Test
    void evaluatesTheEpochThatWasSavedAndWritesFilesBesides() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Path chart = folder.resolve("chart.png");
        Path predictions = folder.resolve("predictions.csv");
        var run = CommandLineRun.of(
                "evaluate",
                bundle.toString(),
                data.toString(),
                "--scores=" + scores,
                "--chart=" + chart,
                "--predictions=" + predictions);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode expected = JSON.readTree(training.lastLine());
        JsonNode measured = JSON.readTree(run.lastLine());
        assertEquals(List.of("task", "samples", "exactMatch", "rowMatch", "skippedOther"), keys(measured));
        for (String key : keys(measured)) {
            assertEquals(expected.get(key), measured.get(key), key);
        }
        assertEquals(4, Files.readAllLines(scores).size());
        assertTrue(Files.size(chart) > 1000);
        List<String> lines = Files.readAllLines(predictions);
        assertEquals(6, lines.size());
        assertEquals("\"4\",\"NaN\"", lines.get(3));
        for (String line : lines) {
            assertTrue(line.matches("\"[1-7]\",\"[^\"]+\""), line);
        }
    }

    @Test
    void answersBothKindsOfLinesInOrder() throws IOException {
        String input = TYPE + "\t这家店（上海）很差\n"
                + "{\"id\": \"a-1\", \"text\": \"😀这家店很差\", \"type\": \"" + TYPE + "\"}\r\n"
                + "  \n"
                + "{\"id\": 7, \"text\": \"这家店很好\", \"type\": \"其他\"}\n"
                + "不认识\t这家店很好\n"
                + "no tab\n"
                + "{\"text\": \"好\", \"type\": \"其他\"} more\n"
                + "{\"text\": \"no type\"}";
        var run = CommandLineRun.withInput(input, "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        List<JsonNode> answers = new ArrayList<>();
        for (String line : run.lines()) {
            answers.add(JSON.readTree(line));
        }
        assertEquals(8, answers.size());
        assertEquals(List.of("text", "type", "entity", "start", "end", "probability"), keys(answers.get(0)));
        assertEquals("a-1", answers.get(1).get("id").asText());
        for (JsonNode answer : answers.subList(0, 2)) {
            assertAnswer(answer);
        }
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(2));
        assertEquals(
                "{\"id\":7,\"text\":\"这家店很好\",\"type\":\"其他\",\"entity\":\"NaN\",\"start\":null,\"end\":null,\"probability\":null}",
                run.lines().get(3));
        assertEquals("NaN", answers.get(4).get("entity").asText());
        assertEquals("no tab", answers.get(5).get("text").asText());
        assertTrue(
                answers.get(5).get("error").asText().contains("a TAB"),
                run.lines().get(5));
        assertTrue(
                answers.get(6).get("error").asText().contains("not JSON"),
                run.lines().get(6));
        assertTrue(
                answers.get(7).get("error").asText().contains("\"type\""),
                run.lines().get(7));
    }

    /** Texts of up to five times the model's 64 positions. */
    @Test
    void losesNoneOfAThousandLinesOfAnyLength() throws IOException {
        Random random = new Random(3);
        String characters = "这家店很好那房间差，。！（）abc 手机𠮷";
        int[] codePoints = characters.codePoints().toArray();
        List<String> texts = new ArrayList<>();
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(20) == 0 ? 0 : 20 + random.nextInt(281);
            random.ints(length, 0, codePoints.length).forEach(index -> text.appendCodePoint(codePoints[index]));
            texts.add(text.toString());
            input.append(length == 0 ? "" : TYPE + "\t" + text).append('\n');
        }
        var run = CommandLineRun.withInput(input.toString(), "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1000, run.lines().size());
        assertTrue(texts.contains(""), "no blank line was drawn");
        for (int i = 0; i < 1000; i++) {
            JsonNode answer = JSON.readTree(run.lines().get(i));
            assertEquals(texts.get(i), answer.get("text").asText(), "line " + i);
            if (!texts.get(i).isEmpty()) {
                assertAnswer(answer);
            }
        }
    }

    @Test
    void averagesSeveralBundles() throws IOException {
        String line = TYPE + "\t这家店（上海）很差";
        double one = probability(CommandLineRun.withInput(line, "predict", bundle.toString()));
        double other = probability(CommandLineRun.withInput(line, "predict", second.toString()));
        double both =
                probability(CommandLineRun.withInput(line, "predict", bundle.toString(), "--with", second.toString()));
        assertNotEquals(one, other);
        assertTrue(both != one && both != other, one + ", " + other + ", " + both);
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--with", second.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(5, JSON.readTree(run.lastLine()).get("samples").asInt());
    }

    @Test
    void refusesBundlesThatDoNotFitTogether() throws IOException {
        Path other = folder.resolve("other");
        Path file = Files.writeString(folder.resolve("other.csv"), "1,手机坏了,产品召回,手机\n");
        var trained = CommandLineRun.of(
                "train",
                "event",
                "--checkpoint=" + checkpoint,
                "--train=" + file,
                "--out=" + other,
                "--epochs=1",
                "--max-length=40");
        assertEquals(0, trained.exitCode(), trained.err());
        assertEquals(List.of("task", "bundle", "epochs", "bestEpoch"), keys(JSON.readTree(trained.lastLine())));
        var run = CommandLineRun.withInput("", "predict", bundle.toString(), "--with", other.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("answers the event types [产品召回], but the first [业绩下滑, 产品召回]"), run.err());
    }

    @Test
    void refusesToMeasureWhereThereIsNothingTo() throws IOException {
        Path file = Files.writeString(folder.resolve("none.csv"), "1,早餐很好,其他,NaN\n");
        var run = CommandLineRun.of("evaluate", bundle.toString(), file.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("all 1 rows are of type 其他"), run.err());
        var reports = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--roc=x.png");
        assertEquals(2, reports.exitCode());
    }

    @Test
    void refusesADamagedBundle() throws IOException {
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        for (String name : List.of("bert_config.json", "vocab.txt", "weights.safetensors")) {
            Files.copy(bundle.resolve(name), damaged.resolve(name));
        }
        String manifest = Files.readString(bundle.resolve("bundle.json"));
        Files.writeString(damaged.resolve("bundle.json"), manifest.replace("业绩下滑", "业绩上升"));
        var run = CommandLineRun.of("predict", damaged.toString());
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("bundle.json is damaged"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    private static void assertAnswer(JsonNode answer) {
        int start = answer.get("start").asInt();
        int end = answer.get("end").asInt();
        assertTrue(start < end);
        assertEquals(answer.get("entity").asText(), answer.get("text").asText().substring(start, end));
        double probability = answer.get("probability").asDouble();
        assertTrue(probability > 0 && probability <= 1, "probability " + probability);
        assertFalse(answer.has("error"));
    }

    private static double probability(CommandLineRun run) throws IOException {
        assertEquals(0, run.exitCode(), run.err());
        return JSON.readTree(run.lastLine()).get("probability").asDouble();
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static CommandLineRun train(Path out, int seed) {
        return CommandLineRun.of(
                "train",
                "event",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + out,
                "--epochs=6",
                "--batch=2",
                "--lr=1e-2",
                "--max-length=40",
                "--seed=" + seed);
    }
}
