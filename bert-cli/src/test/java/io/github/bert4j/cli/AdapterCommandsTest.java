package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.serve.BundleServer;
import io.github.bert4j.serve.ServerOptions;
import io.github.bert4j.task.SharedBases;
import io.github.bert4j.task.TrainedTask;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of a small model, trained once; every test asks something of them. */
class AdapterCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path topics;
    private static Path reviews;
    private static Path moods;
    private static Path kinds;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        topics = folder.resolve("topics.tsv");
        Files.writeString(topics, "好\t很好\n差\t很差\n好\t不错\n中\t一般\n差\t太差\n");
        reviews = folder.resolve("reviews.tsv");
        Files.writeString(reviews, "1\t很好\n0\t很差\n1\t不错\n0\t太差\n");
        moods = train("sentiment", reviews, "moods", "--lora=4", "--lora-dropout=0.1");
        kinds = train("classification", topics, "kinds", "--lora=2", "--lora-kernels=query,value");
    }

    private static Path train(String task, Path data, String name, String... more) {
        Path bundle = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of(
                "train",
                task,
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + bundle,
                "--epochs=20",
                "--batch=4",
                "--max-length=40"));
        command.addAll(List.of(more));
        var run = CommandLineRun.of(command.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return bundle;
    }

    @Test
    void aBundleHoldsTheAdapterAndTheHeadAlone() throws IOException {
        try (Stream<Path> files = Files.list(moods)) {
            assertEquals(
                    List.of("bert_config.json", "bundle.json", "weights.safetensors"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        JsonNode manifest = JSON.readTree(moods.resolve("bundle.json").toFile());
        assertEquals(3, manifest.path("formatVersion").asInt());
        assertEquals(
                checkpoint.toString(), manifest.path("adapter").path("basePath").asText());
        assertEquals(64, manifest.path("adapter").path("base").asText().length());
    }

    @Test
    void itsRateIsTenTimesTheTasksUnlessOneIsGiven() throws IOException {
        JsonNode manifest = JSON.readTree(moods.resolve("bundle.json").toFile());
        assertEquals(1e-4, manifest.path("training").path("learningRate").asDouble(), 1e-12);
    }

    @Test
    void answersTheSameMergedOrServedBesideOthers() throws Exception {
        Path merged = folder.resolve("merged");
        assertEquals(
                0,
                CommandLineRun.of("convert", moods.toString(), merged.toString(), "--merge")
                        .exitCode());
        String alone = predict(moods);
        NearlySame.check(JSON.readTree(alone), JSON.readTree(predict(merged)), "很好");
        try (SharedBases bases = new SharedBases(Precision.FLOAT32)) {
            Map<String, TrainedTask<?>> others = new LinkedHashMap<>();
            others.put("kinds", load(bases, kinds));
            try (BundleServer server =
                    BundleServer.start(load(bases, moods), others, ServerOptions.DEFAULTS.withPort(0))) {
                HttpCalls client = HttpCalls.of(server.uri());
                var first = client.predict("/predict", "{\"text\": \"很好\"}");
                NearlySame.check(JSON.readTree(alone), HttpCalls.json(first), "很好");
                var second = client.predict("/predict/kinds", "{\"text\": \"很好\"}");
                NearlySame.check(JSON.readTree(predict(kinds)), HttpCalls.json(second), "很好");
                assertEquals(
                        "classification",
                        HttpCalls.json(client.get("/model/kinds")).path("task").asText());
                var nobody = client.predict("/predict/poems", "{\"text\": \"很好\"}");
                assertEquals(404, nobody.statusCode());
                assertTrue(nobody.body().contains("kinds"), nobody.body());
            }
        }
    }

    private static TrainedTask<?> load(SharedBases bases, Path path) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            return bases.load(bundle);
        }
    }

    @Test
    void findsItsBaseWhereItIsSaidToBe() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        assertEquals(
                0,
                CommandLineRun.of("convert", checkpoint.toString(), elsewhere.toString())
                        .exitCode());
        assertEquals(predict(moods), predict(moods, "--base=" + elsewhere));
        var run = CommandLineRun.withInput("很好\n", "predict", moods.toString(), "--base=" + folder.resolve("none"));
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("is not there"), run.err());
    }

    @Test
    void givesItsAdapterToPeftAndTakesItBack() throws IOException {
        Path peft = folder.resolve("peft");
        assertEquals(
                0,
                CommandLineRun.of("convert", kinds.toString(), peft.toString(), "--peft")
                        .exitCode());
        Path merged = folder.resolve("with-adapter");
        var run = CommandLineRun.of(
                "convert", checkpoint.toString(), merged.toString(), "--adapter=" + peft, "--format=tensorflow");
        assertEquals(0, run.exitCode(), run.err());
        Path encoder = folder.resolve("encoder");
        var other = CommandLineRun.of("convert", kinds.toString(), encoder.toString(), "--format=tensorflow");
        assertEquals(0, other.exitCode(), other.err());
        assertEquals(vector(encoder), vector(merged));
    }

    @Test
    void becomesEightBitsAndOnnxMerged() {
        for (String to : List.of("adapter.onnx", "int8")) {
            List<String> command = new ArrayList<>(
                    List.of("convert", moods.toString(), folder.resolve(to).toString()));
            if (to.equals("int8")) {
                command.add("--int8");
            }
            var run = CommandLineRun.of(command.toArray(String[]::new));
            assertEquals(0, run.exitCode(), run.err());
        }
    }

    @Test
    void goesOnWithItsAdapter() {
        Path further = folder.resolve("further");
        var run = CommandLineRun.of(
                "train", "sentiment", "--continue=" + moods, "--train=" + reviews, "--out=" + further, "--epochs=1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(Files.exists(further.resolve("weights.safetensors")));
        assertTrue(Files.notExists(further.resolve("vocab.txt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--lora-alpha=3", "--lora=2 --freeze-layers=1", "--lora=0", "--lora=2 --lora-kernels=head"})
    void refusesOptionsThatMakeNoSense(String options) {
        List<String> command = new ArrayList<>(List.of(
                "train",
                "sentiment",
                "--checkpoint=" + checkpoint,
                "--train=" + reviews,
                "--out=" + folder.resolve("no")));
        command.addAll(List.of(options.split(" ")));
        assertEquals(2, CommandLineRun.of(command.toArray(String[]::new)).exitCode());
    }

    private static String predict(Path bundle, String... more) {
        List<String> command = new ArrayList<>(List.of("predict", bundle.toString()));
        command.addAll(List.of(more));
        var run = CommandLineRun.withInput("很好\n", command.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.lines().get(0);
    }

    private static String vector(Path of) {
        var run = CommandLineRun.withInput("很好\n", "embed", "--checkpoint=" + of);
        assertEquals(0, run.exitCode(), run.err());
        return run.out();
    }
}
