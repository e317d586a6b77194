package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.serve.BundleServer;
import io.github.bert4j.serve.ServerOptions;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TrainedTask;
import io.github.bert4j.testdata.RandomTexts;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same question by Java, HTTP and a line of JSON has the same answer, whatever its text. */
class QuestionsEverywhereTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ServerOptions ANY_PORT = ServerOptions.DEFAULTS.withPort(0);
    private static final int COUNT = 10_000;
    private static final int TOGETHER = 250;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void train() throws IOException {
        Path checkpoint = SampleData.tinyBert(Files.createDirectory(folder.resolve("bert")));
        train("classification", 2, checkpoint, pairless("classification/train.tsv"));
        train("pairs", 3, checkpoint, pairs());
        train("entity", 3, checkpoint, SampleData.copy("entity/valid.bio", folder.resolve("entity.bio")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classification", "entity"})
    void answersTenThousandRandomTextsAlike(String name) throws Exception {
        List<String> texts = RandomTexts.of(7, COUNT);
        List<JsonNode> byJava = new ArrayList<>();
        try (TrainedTask<?> task = TrainedTask.load(folder.resolve(name))) {
            task.answer(texts.stream().map(Question::of).toList())
                    .forEach(answer -> byJava.add(JSON.valueToTree(answer)));
        }
        List<JsonNode> byHttp = new ArrayList<>();
        try (BundleServer server = BundleServer.start(folder.resolve(name), ANY_PORT)) {
            HttpCalls client = HttpCalls.of(server.uri());
            for (int i = 0; i < COUNT; i += TOGETHER) {
                ArrayNode asked = JSON.createArrayNode();
                texts.subList(i, i + TOGETHER).forEach(asked::add);
                var response = client.predict(
                        JSON.createObjectNode().set("texts", asked).toString());
                assertEquals(200, response.statusCode(), response.body());
                JSON.readTree(response.body()).forEach(byHttp::add);
            }
        }
        List<String> lines = texts.stream()
                .map(text -> JSON.createObjectNode().put("text", text).toString())
                .toList();
        List<JsonNode> byLine = new ArrayList<>();
        for (String line : predict(name, String.join("\n", lines)).lines()) {
            byLine.add(JSON.readTree(line));
        }
        int found = 0;
        for (int i = 0; i < COUNT; i++) {
            String text = texts.get(i);
            NearlySame.check(byJava.get(i), byHttp.get(i), text);
            NearlySame.check(byJava.get(i), byLine.get(i), text);
            assertEquals(text.isBlank() ? "" : text, byJava.get(i).get("text").textValue());
            assertEquals(text.isBlank(), byJava.get(i).has("error"));
            for (JsonNode entity : byHttp.get(i).path("entities")) {
                int start = entity.get("start").intValue();
                int end = entity.get("end").intValue();
                assertEquals(entity.get("text").textValue(), text.substring(start, end));
                found++;
            }
        }
        assertTrue(found > COUNT / 10 || !name.equals("entity"), found + " entities");
    }

    @Test
    void takesATabForPartOfATextWhereAModelReadsOne() throws Exception {
        String text = "很好\t很差";
        JsonNode line = JSON.readTree(predict("classification", text).lastLine());
        assertEquals(text, line.get("text").textValue());
        assertFalse(line.has("second"));
        try (BundleServer server = BundleServer.start(folder.resolve("classification"), ANY_PORT)) {
            HttpCalls client = HttpCalls.of(server.uri());
            NearlySame.check(line, HttpCalls.json(client.predict(object(text, null))), text);
            assertEquals(400, client.predict(object(text, "真好")).statusCode());
        }
    }

    @Test
    void readsTwoTextsByTabOrFieldWhereAModelReadsTwo() throws Exception {
        JsonNode line = JSON.readTree(predict("pairs", "很好\t很差").lastLine());
        assertEquals("很好", line.get("text").textValue());
        assertEquals("很差", line.get("second").textValue());
        assertEquals(
                "{\"text\":\"很好\",\"error\":\"expected two texts\"}",
                predict("pairs", "很好\n很好\t差").lines().get(0));
        try (BundleServer server = BundleServer.start(folder.resolve("pairs"), ANY_PORT)) {
            HttpCalls client = HttpCalls.of(server.uri());
            NearlySame.check(line, HttpCalls.json(client.predict(object("很好", "很差"))), "pair");
            for (String second : List.of("很\t差", "{\"text\":\"abc\"}", "差\n")) {
                var response = client.predict(object("很\t好", second));
                assertEquals(200, response.statusCode(), response.body());
                assertEquals("很\t好", HttpCalls.json(response).get("text").textValue());
                assertEquals(second, HttpCalls.json(response).get("second").textValue());
            }
            assertEquals(
                    "expected two texts",
                    HttpCalls.json(client.predict(object("很好\t很差", null)))
                            .get("error")
                            .textValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classification", "entity"})
    void readsAnObjectWhereALineStartsWithABrace(String name) throws Exception {
        String text = "{\"text\":\"abc\",\"id\":7}";
        var run = predict(name, text + "\n{abc}\n" + object(text, null) + "\n");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode object = JSON.readTree(run.lines().get(0));
        assertEquals("abc", object.get("text").textValue());
        assertEquals(7, object.get("id").intValue());
        JsonNode malformed = JSON.readTree(run.lines().get(1));
        assertEquals("{abc}", malformed.get("text").textValue());
        assertTrue(malformed.get("error").textValue().startsWith("This is not JSON"));
        assertEquals(text, JSON.readTree(run.lines().get(2)).get("text").textValue());
        try (BundleServer server = BundleServer.start(folder.resolve(name), ANY_PORT)) {
            JsonNode answer = HttpCalls.json(HttpCalls.of(server.uri()).predict(object(text, null)));
            assertEquals(text, answer.get("text").textValue());
            assertFalse(answer.has("id"));
        }
        assertEquals(1, predict(name, "{abc}\n\n").exitCode());
        assertEquals(0, predict(name, "").exitCode());
    }

    private static String object(String text, String second) {
        ObjectNode object = JSON.createObjectNode().put("text", text);
        return (second == null ? object : object.put("second", second)).toString();
    }

    private static CommandLineRun predict(String name, String input) {
        return CommandLineRun.withInput(
                input.isEmpty() ? "" : input + "\n",
                "predict",
                folder.resolve(name).toString());
    }

    /** Some lines of a file, as labels alone are wanted of it. */
    private static Path pairless(String data) throws IOException {
        Path file = SampleData.copy(data, folder.resolve("classification.tsv"));
        return Files.write(file, Files.readAllLines(file).subList(0, 40));
    }

    private static Path pairs() throws IOException {
        Path file = folder.resolve("pairs.tsv");
        return Files.write(
                file,
                Stream.of("1\t很好\t真好", "0\t很好\t很差", "1\t太差\t很差", "0\t房间\t服务").toList());
    }

    private static void train(String name, int epochs, Path checkpoint, Path data) {
        var run = CommandLineRun.of(
                "train",
                name.equals("pairs") ? "classification" : name,
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--out=" + folder.resolve(name),
                "--epochs=" + epochs,
                "--batch=8",
                "--lr=1e-2",
                "--max-length=60");
        assertEquals(0, run.exitCode(), run.err());
    }
}
