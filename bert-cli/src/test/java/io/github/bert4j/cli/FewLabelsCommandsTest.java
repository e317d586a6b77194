package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** {@code --few-shot}, {@code distill}, {@code audit} and {@code search --rerank}, with small models. */
class FewLabelsCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path topics;
    private static Path teacher;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        topics = folder.resolve("topics.tsv");
        Files.writeString(topics, "好\t很好\n差\t很差\n好\t不错\n差\t太差\n好\t真好\n差\t差\n");
        teacher = folder.resolve("teacher");
        run(
                "train",
                "classification",
                "--checkpoint=" + checkpoint,
                "--train=" + topics,
                "--valid=" + topics,
                "--out=" + teacher,
                "--few-shot=setfit",
                "--epochs=5",
                "--batch=8",
                "--lr=1e-3");
    }

    private static CommandLineRun run(String... command) {
        var run = CommandLineRun.of(command);
        assertEquals(0, run.exitCode(), run.err());
        return run;
    }

    @Test
    void learnsFromFewTexts() throws IOException {
        JsonNode measured = JSON.readTree(
                run("evaluate", teacher.toString(), topics.toString()).lastLine());
        assertTrue(measured.get("accuracy").asDouble() >= 0.8, measured.toString());
        var run = CommandLineRun.of(
                "train",
                "classification",
                "--checkpoint=" + checkpoint,
                "--train=" + topics,
                "--out=" + folder.resolve("no"),
                "--few-shot=setfit",
                "--multi-label");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("expected one label of each text"), run.err());
    }

    @Test
    void distillsToFewerLayersAndFromTextsAlone() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "很好\n很差\n\n不错\n{\"text\": \"太差\"}\n");
        Path student = folder.resolve("student");
        var run = run(
                "distill",
                teacher.toString(),
                "--layers=1",
                "--texts=" + texts,
                "--train=" + topics,
                "--valid=" + topics,
                "--out=" + student,
                "--epochs=10",
                "--batch=4",
                "--lr=1e-3");
        JsonNode report = JSON.readTree(run.lastLine());
        assertEquals("classification", report.get("task").asText());
        assertEquals(6, report.get("samples").asInt());
        JsonNode config = JSON.readTree(student.resolve("bert_config.json").toFile());
        assertEquals(1, config.get("num_hidden_layers").asInt());
        Path other = folder.resolve("other");
        run(
                "distill",
                teacher.toString(),
                "--checkpoint=" + checkpoint,
                "--texts=" + texts,
                "--out=" + other,
                "--epochs=1");
        List<String> wrong = new ArrayList<>(List.of("distill", teacher.toString(), "--out=" + folder.resolve("no")));
        assertEquals(2, CommandLineRun.of(wrong.toArray(String[]::new)).exitCode());
        wrong.add("--layers=2");
        assertEquals(2, CommandLineRun.of(wrong.toArray(String[]::new)).exitCode());
        wrong.add("--texts=" + texts);
        wrong.set(3, "--layers=9");
        var refused = CommandLineRun.of(wrong.toArray(String[]::new));
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("less than its teacher has"), refused.err());
    }

    @Test
    void printsTheRowsWhoseLabelsAreProbablyWrong() throws IOException {
        var run = run(
                "audit",
                "classification",
                topics.toString(),
                "--checkpoint=" + checkpoint,
                "--folds=2",
                "--epochs=1",
                "--top=4");
        assertEquals(5, run.lines().size(), run.out());
        JsonNode first = JSON.readTree(run.lines().get(0));
        int row = first.get("row").asInt();
        String line = Files.readAllLines(topics).get(row - 1);
        assertEquals(
                line, first.get("label").asText() + "\t" + first.get("text").asText());
        assertTrue(!first.get("label").asText().equals(first.get("expected").asText()), first.toString());
        JsonNode report = JSON.readTree(run.lastLine());
        assertEquals(6, report.get("rows").asInt());
        assertEquals(2, report.get("labels").size());
        assertEquals(
                1,
                CommandLineRun.of("audit", "similarity", topics.toString(), "--checkpoint=" + checkpoint)
                        .exitCode());
    }

    @Test
    void searchesInTwoStages() throws IOException {
        Path pairs = folder.resolve("pairs.tsv");
        Files.writeString(pairs, "1\t很好\t真好\n0\t很好\t太差\n1\t太差\t很差\n0\t真好\t很差\n");
        Path reranker = folder.resolve("reranker");
        run(
                "train",
                "reranking",
                "--checkpoint=" + checkpoint,
                "--train=" + pairs,
                "--valid=" + pairs,
                "--out=" + reranker,
                "--epochs=2",
                "--batch=4");
        Path texts = Files.writeString(folder.resolve("found.txt"), "太差\n真好\n很差\n");
        var run = CommandLineRun.withInput(
                "很好\n", "search", "--checkpoint=" + checkpoint, "--in=" + texts, "--top=2", "--rerank=" + reranker);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode matches = JSON.readTree(run.lines().get(0)).get("matches");
        assertEquals(2, matches.size());
        assertTrue(
                matches.get(0).get("score").asDouble()
                        >= matches.get(1).get("score").asDouble(),
                run.out());
        var predicted = CommandLineRun.withInput("很好\t真好\n", "predict", reranker.toString());
        assertTrue(JSON.readTree(predicted.lines().get(0)).has("score"), predicted.out());
    }

    @Test
    void writesAndReadsDirectoriesOfSentenceTransformers() throws IOException {
        Path pairs = folder.resolve("queries.tsv");
        Files.writeString(pairs, "1\t很好\t真好\n1\t太差\t很差\n0\t很好\t太差\n");
        Path vectors = folder.resolve("vectors");
        var trained = run(
                "train",
                "similarity",
                "--checkpoint=" + checkpoint,
                "--train=" + pairs,
                "--valid=" + pairs,
                "--out=" + vectors,
                "--loss=negatives",
                "--mine=1",
                "--pooling=mean",
                "--epochs=2",
                "--batch=4");
        JsonNode report = JSON.readTree(trained.lastLine());
        assertEquals(2, report.get("queries").asInt());
        assertTrue(report.has("ndcg@10") && report.has("recall@1"), report.toString());
        Path directory = folder.resolve("sentence-transformers");
        run("convert", vectors.toString(), directory.toString(), "--format=sentence_transformers");
        assertEquals(vector("--bundle=" + vectors), vector("--checkpoint=" + directory));
        Path config = directory.resolve("config_sentence_transformers.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\"prompts\" : \\{ ?}", "\"prompts\" : {\"query\": \"很差\"}"));
        assertTrue(!vector("--checkpoint=" + directory).equals(vector("--checkpoint=" + directory, "--prompt=query")));
        var unknown = CommandLineRun.withInput("很好\n", "embed", "--checkpoint=" + directory, "--prompt=poem");
        assertEquals(1, unknown.exitCode());
        assertTrue(unknown.err().contains("expected one of [query]"), unknown.err());
    }

    private static String vector(String... options) {
        List<String> command = new ArrayList<>(List.of("embed"));
        command.addAll(List.of(options));
        var run = CommandLineRun.withInput("很好\n", command.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.out();
    }
}
