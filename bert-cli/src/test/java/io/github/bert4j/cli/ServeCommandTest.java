package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.serve.BundleServer;
import io.github.bert4j.serve.ServerOptions;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bundles of small models over HTTP: they answer as {@code predict} does. */
@Timeout(300)
class ServeCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ServerOptions ANY_PORT = ServerOptions.DEFAULTS.withPort(0);

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path sentiment;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        sentiment = train("sentiment", "sentiment/valid.tsv");
    }

    @Test
    void answersManyClientsAtATimeAsPredictAnswersTheirTexts() throws Exception {
        Random random = new Random(1);
        List<String> texts = IntStream.range(0, 160)
                .mapToObj(i -> random.ints(1 + random.nextInt(120), 0, 6)
                        .mapToObj(c -> "很好差不，房".substring(c, c + 1))
                        .collect(Collectors.joining()))
                .toList();
        List<String> expected = predict(sentiment, texts);
        try (BundleServer server = BundleServer.start(sentiment, ANY_PORT)) {
            HttpCalls client = HttpCalls.of(server.uri());
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (String text : texts) {
                answers.add(client.predictLater(
                        JSON.writeValueAsString(JSON.createObjectNode().put("text", text))));
            }
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(200, answers.get(i).get().statusCode());
                NearlySame.check(
                        JSON.readTree(expected.get(i)),
                        HttpCalls.json(answers.get(i).get()),
                        texts.get(i));
            }
            String metrics = client.get("/metrics").body();
            assertTrue(metrics.contains("bert4j_batch_texts_bucket{le=\"1.0\"}"), metrics);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sentiment | sentiment/valid.tsv | {\"text\": \"很好\"} | 很好",
                "sentiment | sentiment/valid.tsv | {\"text\": \" \"} | ` `",
                "relation | relation/valid.jsonl | {\"text\": \"《晚潮》是林乔安执导的\"} | 《晚潮》是林乔安执导的",
                "relation | relation/valid.jsonl | {\"text\": \"\"} | ``",
                "entity | entity/valid.bio | {\"text\": \"北京很好\"} | 北京很好",
                "joint | joint/valid.jsonl | {\"text\": \"北京很好\"} | 北京很好",
                "classification | classification/valid.tsv | {\"text\": \"很好\"} | 很好",
                "similarity | similarity/valid.tsv | {\"text\": \"很好\", \"second\": \"差\"} | `很好\t差`",
                "event | event/valid.csv | {\"text\": \"手机坏了\", \"type\": \"产品召回\", \"id\": 7} |"
                        + " {\"text\": \"手机坏了\", \"type\": \"产品召回\", \"id\": 7}",
                "answer | answer/valid.json | {\"text\": \"手机坏了\", \"question\": \"谁？\"} | `谁？\t手机坏了`"
            })
    void answersForEveryTaskAsPredictDoes(String task, String data, String request, String line) throws Exception {
        Path bundle = folder.resolve(task);
        if (!Files.exists(bundle)) {
            train(task, data);
        }
        JsonNode expected = JSON.readTree(predict(bundle, List.of(line)).get(0));
        try (BundleServer server = BundleServer.start(bundle, ANY_PORT)) {
            HttpCalls client = HttpCalls.of(server.uri());
            HttpResponse<String> one = client.predict(request);
            assertEquals(200, one.statusCode(), one.body());
            NearlySame.check(expected, HttpCalls.json(one), request);
            HttpResponse<String> several = client.predict("{\"texts\": [" + request + "]}");
            NearlySame.check(JSON.createArrayNode().add(expected), HttpCalls.json(several), request);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void endsWellWhenItIsToldTo() throws Exception {
        Path out = folder.resolve("serve.out");
        Path err = folder.resolve("serve.err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Bert4j.class.getName(),
                        "serve",
                        "--port=0",
                        sentiment.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            String marker = "bert4j: listening at ";
            while (!Files.readString(err).contains(" (Ctrl-C stops)")) {
                assertTrue(process.isAlive(), Files.readString(err));
                Thread.sleep(50);
            }
            String said = Files.readString(err);
            URI uri = URI.create(said.substring(said.indexOf(marker) + marker.length(), said.indexOf(" (Ctrl-C")));
            assertEquals(200, HttpCalls.of(uri).predict("{\"text\": \"很好\"}").statusCode());
            process.destroy(); // SIGTERM
            assertTrue(process.waitFor(2, TimeUnit.MINUTES));
            assertEquals(0, process.exitValue(), Files.readString(err));
            assertEquals("", Files.readString(out));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void saysThatThePortIsTaken() throws IOException {
        try (BundleServer server = BundleServer.start(sentiment, ANY_PORT)) {
            var run = CommandLineRun.of(
                    "serve", sentiment.toString(), "--port=" + server.uri().getPort());
            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains(":" + server.uri().getPort()), run.err());
        }
    }

    private static List<String> predict(Path bundle, List<String> lines) {
        var run = CommandLineRun.withInput(String.join("\n", lines) + "\n", "predict", bundle.toString());
        assertTrue(run.err().isEmpty() || run.err().contains("longer than the model's maximum length"), run.err());
        return run.lines();
    }

    private static Path train(String task, String data) throws IOException {
        Path bundle = folder.resolve(task);
        Path file = SampleData.copy(data, folder.resolve(task + data.substring(data.lastIndexOf('.'))));
        List<String> command = new ArrayList<>(List.of(
                "train",
                task,
                "--checkpoint=" + checkpoint,
                "--train=" + file,
                "--out=" + bundle,
                "--epochs=1",
                "--batch=8",
                "--lr=1e-2"));
        if (data.endsWith(".tsv") || data.endsWith(".csv")) {
            Files.write(file, Files.readAllLines(file).subList(0, 24));
            command.add("--max-length=40"); // the model has 64 positions
        }
        if (task.equals("relation")) {
            command.add("--schema=" + SampleData.copy("relation/schemas.jsonl", folder.resolve("schemas.jsonl")));
        }
        var run = CommandLineRun.of(command.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return bundle;
    }
}
