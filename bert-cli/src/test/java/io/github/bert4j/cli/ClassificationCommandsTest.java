package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two small models, trained once; every test asks something of them. */
class ClassificationCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path topics;
    private static Path topicBundle;
    private static CommandLineRun topicTraining;
    private static Path aspects;
    private static Path aspectBundle;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        topics = folder.resolve("topics.tsv");
        Files.writeString(topics, "好\t很好\n差\t很差\n\n好\t不错\t真好\nno tab\n中\t一般\n\t没有标签\n差\t \n");
        topicBundle = folder.resolve("topics");
        topicTraining = train(topics, topicBundle);
        aspects = folder.resolve("aspects.tsv");
        Files.writeString(aspects, "房间,服务\t房间干净，服务好\n\t还行\n房间\t房间小\n房间,,服务\t房间\n");
        aspectBundle = folder.resolve("aspects");
        train(aspects, aspectBundle, "--multi-label");
    }

    private static CommandLineRun train(Path data, Path bundle, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "train",
                "classification",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + bundle,
                "--epochs=30",
                "--batch=4",
                "--lr=1e-2",
                "--max-length=40"));
        command.addAll(List.of(more));
        var run = CommandLineRun.of(command.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run;
    }

    @Test
    void reportsTheTrainingAsOneLineOfJson() throws IOException {
        JsonNode report = JSON.readTree(topicTraining.lastLine());
        assertEquals(
                List.of("task", "bundle", "epochs", "bestEpoch", "samples", "accuracy", "microF1", "macroF1"),
                names(report));
        assertEquals("classification", report.get("task").asText());
        assertEquals(4, report.get("samples").asInt());
        assertEquals(1, report.get("macroF1").asDouble());
        assertEquals(1, topicTraining.lines().size(), topicTraining.out());
    }

    @Test
    void saysHowTextsAreReadAndTakesAnotherWay() throws IOException {
        assertTrue(topicTraining.err().contains("Texts are read as word pieces, lower-cased"), topicTraining.err());
        Path other = folder.resolve("characters");
        var run = train(topics, other, "--tokenizer=our", "--cased");
        assertTrue(run.err().contains("Texts are read as characters, cased"), run.err());
        JsonNode bundle = JSON.readTree(other.resolve("bundle.json").toFile());
        assertEquals(
                "{\"kind\":\"characters\",\"lowerCases\":false}",
                bundle.get("tokenizer").toString());
        assertEquals(
                2,
                CommandLineRun.of("train", "classification", "--cased", "--lower-case")
                        .exitCode());
    }

    @Test
    void countsWhatItLeavesOut() {
        assertTrue(topicTraining.err().contains(topics + ": left out 1 blank lines"), topicTraining.err());
        assertTrue(
                topicTraining.err().contains("left out 3 lines that are not a label, a TAB and a text"),
                topicTraining.err());
        assertTrue(topicTraining.err().contains("line 5, 7, 8"), topicTraining.err());
    }

    @Test
    void evaluatesTheEpochThatWasSavedAndWritesTables() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Path chart = folder.resolve("scores.png");
        var run = CommandLineRun.of(
                "evaluate", topicBundle.toString(), topics.toString(), "--scores=" + scores, "--chart=" + chart);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                "{\"task\":\"classification\",\"samples\":4,\"accuracy\":1.0,\"microF1\":1.0,\"macroF1\":1.0}",
                run.lastLine());
        assertTrue(Files.readString(scores).contains("1,好,2,2,2,1.0000,1.0000,1.0000"), Files.readString(scores));
        assertTrue(Files.size(chart) > 0);
        assertEquals(
                2,
                CommandLineRun.of("evaluate", topicBundle.toString(), topics.toString(), "--roc=x.png")
                        .exitCode());
    }

    @Test
    void explainsTheAnswerOrALabel() throws IOException {
        var run = CommandLineRun.of("explain", topicBundle.toString(), "很好\t真好");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode explanation = JSON.readTree(run.lastLine());
        assertEquals(List.of("label", "probability", "baseline", "missing", "tokens"), names(explanation));
        assertEquals("好", explanation.get("label").asText());
        assertEquals(4, explanation.get("tokens").size());
        assertEquals(1, explanation.at("/tokens/3/text").asInt());
        run = CommandLineRun.of("explain", aspectBundle.toString(), "房间小", "--label=服务", "--steps=8");
        assertEquals("服务", JSON.readTree(run.lastLine()).get("label").asText());
        run = CommandLineRun.of("explain", topicBundle.toString(), "很好", "--label=新");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("the classifier knows [中, 好, 差]"), run.err());
    }

    @Test
    void drawsWhichLabelsAreTakenForWhichWhereEachTextHasOne() throws IOException {
        Path picture = folder.resolve("confusion.png");
        String option = "--confusion=" + picture;
        var several = CommandLineRun.of("evaluate", aspectBundle.toString(), aspects.toString(), option);
        assertEquals(2, several.exitCode());
        assertFalse(Files.exists(picture));
        var run = CommandLineRun.of("evaluate", topicBundle.toString(), topics.toString(), option);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(Files.size(picture) > 0);
    }

    @Test
    void saysWhichLabelsItCannotGive() throws IOException {
        Path other = Files.writeString(folder.resolve("other.tsv"), "好\t很好\n新\t很新\n");
        var run = CommandLineRun.of("evaluate", topicBundle.toString(), other.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("count as missed: [新]"), run.err());
        assertEquals(0.5, JSON.readTree(run.lastLine()).get("accuracy").asDouble());
    }

    @Test
    void answersLineByLineInOrder() throws IOException {
        var run = CommandLineRun.withInput("很好\n\n不错\t真好\n", "predict", topicBundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(3, run.lines().size());
        JsonNode one = JSON.readTree(run.lines().get(0));
        assertEquals(List.of("text", "label", "probability", "probabilities"), names(one));
        assertEquals("好", one.get("label").asText());
        assertEquals(List.of("中", "好", "差"), names(one.get("probabilities")));
        assertEquals(one.get("probabilities").get("好"), one.get("probability"));
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        JsonNode pair = JSON.readTree(run.lines().get(2));
        assertEquals(List.of("text", "second", "label", "probability", "probabilities"), names(pair));
        assertEquals("真好", pair.get("second").asText());
    }

    @Test
    void answersWithAllLabelsOfAText() throws IOException {
        var run = CommandLineRun.withInput("房间干净，服务好\n还行\n", "predict", aspectBundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode both = JSON.readTree(run.lines().get(0));
        assertEquals(List.of("text", "labels", "probabilities"), names(both));
        List<String> labels = new ArrayList<>();
        both.get("labels").forEach(label -> labels.add(label.asText()));
        assertEquals(Set.of("房间", "服务"), Set.copyOf(labels));
        assertEquals("[]", JSON.readTree(run.lines().get(1)).get("labels").toString());
    }

    @Test
    void readsLabelsTextsAndPairs() throws IOException {
        var input = new TextInput("a", Optional.of("b\tc"));
        Path file = Files.writeString(folder.resolve("lines.tsv"), " x , y\ta\tb\tc\n,\ta\n\ta\n");
        List<String> warnings = new ArrayList<>();
        assertEquals(
                List.of(new LabelledInput(Set.of("x", "y"), input), new LabelledInput(Set.of(), TextInput.of("a"))),
                ClassificationFiles.of(Labelling.MULTI_LABEL).read(List.of(file), warnings::add));
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).contains("line 2"), warnings.toString());
        assertEquals(
                Set.of("x , y"),
                ClassificationFiles.of(Labelling.MULTI_CLASS)
                        .read(List.of(file), warnings::add)
                        .get(0)
                        .labels());
    }

    @Test
    void explainsAFileOfNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("nothing.tsv"), "no tab\n\n");
        var run = CommandLineRun.of(
                "train", "classification", "--checkpoint=" + checkpoint, "--train=" + file, "--out=" + folder + "/no");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("holds no labelled texts: 2 lines, none of them a label"), run.err());
        assertFalse(Files.exists(folder.resolve("no")));
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(entry -> entry.getKey()).toList();
    }
}
