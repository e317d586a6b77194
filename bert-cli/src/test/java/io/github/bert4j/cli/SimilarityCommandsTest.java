package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small model, trained once; every test asks something of it, or of the model that comes along. */
class SimilarityCommandsTest {
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
        data = folder.resolve("pairs.tsv");
        Files.writeString(data, "1\t很好\t真好\n0\t很好\t太差\n\n1\t太差\t很差\n0\t真好\t很差\nyes\ta\tb\n1\tonly one\n1e3\ta\tb\n");
        bundle = folder.resolve("bundle");
        training = train(data, bundle);
        assertEquals(0, training.exitCode(), training.err());
    }

    private static CommandLineRun train(Path data, Path bundle) {
        return CommandLineRun.of(
                "train",
                "similarity",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + bundle,
                "--pooling=mean",
                "--epochs=10",
                "--batch=4",
                "--lr=1e-2",
                "--max-length=40");
    }

    @Test
    void reportsTheTrainingAndWhatItLeftOut() throws IOException {
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals(
                List.of("task", "bundle", "epochs", "bestEpoch", "samples", "spearman", "accuracy", "threshold"),
                names(report));
        assertEquals("similarity", report.get("task").asText());
        assertEquals(4, report.get("samples").asInt());
        assertEquals(1, report.get("accuracy").asDouble());
        assertTrue(training.err().contains("left out 1 blank lines"), training.err());
        assertTrue(training.err().contains("left out 3 lines that are not a number"), training.err());
        assertTrue(training.err().contains("line 6, 7, 8"), training.err());
    }

    @Test
    void evaluatesTheEpochThatWasSaved() throws IOException {
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode measured = JSON.readTree(run.lastLine());
        assertEquals(List.of("task", "samples", "spearman", "accuracy", "threshold"), names(measured));
        assertEquals(JSON.readTree(training.lastLine()).get("spearman"), measured.get("spearman"));
        Path graded = Files.writeString(folder.resolve("graded.tsv"), "0\t好\t差\n0.5\t好\t不\n5\t好\t真好\n");
        JsonNode other = JSON.readTree(CommandLineRun.of("evaluate", bundle.toString(), graded.toString())
                .lastLine());
        assertTrue(other.get("threshold").isNull());
        assertTrue(other.get("spearman").isNumber());
    }

    @Test
    void refusesToMeasureWhereAllIsTheSame() throws IOException {
        Path same = Files.writeString(folder.resolve("same.tsv"), "1\ta\tb\n1\tc\td\n");
        var evaluated = CommandLineRun.of("evaluate", bundle.toString(), same.toString());
        assertEquals(1, evaluated.exitCode());
        assertTrue(evaluated.err().contains("all 2 pairs"), evaluated.err());
        assertEquals(1, train(same, folder.resolve("no")).exitCode());
    }

    @Test
    void answersLineByLineInOrder() throws IOException {
        var run = CommandLineRun.withInput("很好\t真好\n\n很好\n很好\t太差\n", "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(4, run.lines().size());
        JsonNode similar = JSON.readTree(run.lines().get(0));
        assertEquals(List.of("text", "second", "similarity"), names(similar));
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        assertEquals(
                "{\"text\":\"很好\",\"error\":\"expected two texts\"}",
                run.lines().get(2));
        assertTrue(similar.get("similarity").asDouble()
                > JSON.readTree(run.lines().get(3)).get("similarity").asDouble());
    }

    @Test
    void embedsAsOnnxRuntimeDoes() throws IOException {
        // The model's own numbers for the vector of [CLS], as in BuiltInModelTest, and its length.
        double[] first = {0.1658871, 0.2963328, 0.1055224, -0.1775789, -0.4972598, -0.2762868, -0.05332188, -0.08859481
        };
        String[] command = {"embed", "--checkpoint", BuiltInModel.NAME, "--l2"};
        var run = CommandLineRun.withInput("北京是中国的首都\n\n", command);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode row = JSON.readTree(run.lines().get(0));
        assertEquals(List.of("text", "vector"), names(row));
        assertEquals(512, row.get("vector").size());
        for (int i = 0; i < first.length; i++) {
            assertEquals(first[i] / 6.977372, row.get("vector").get(i).asDouble(), 1e-5);
        }
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
    }

    @Test
    void embedsWithABundlesBertAsItSays() throws IOException {
        JsonNode trained = JSON.readTree(vector("--bundle=" + bundle));
        assertNotEquals(JSON.readTree(vector("--checkpoint=" + checkpoint, "--pooling=mean")), trained);
        try (SentenceEncoder encoder = SentenceEncoder.load(bundle)) {
            float[] expected = encoder.encode("很好");
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], trained.get("vector").get(i).floatValue());
            }
        }
        for (String option : List.of("--pooling=max", "--max-length=5")) {
            var run = CommandLineRun.withInput("很好\n", "embed", "--bundle=" + bundle, option);
            assertEquals(2, run.exitCode());
            assertTrue(run.err().contains("leave out --pooling and --max-length"), run.err());
        }
    }

    @Test
    void readsAsMuchOfATextAsIsAsked() throws IOException {
        String start = vector("--checkpoint=" + checkpoint, "--max-length=1");
        String whole = vector("--checkpoint=" + checkpoint);
        assertNotEquals(JSON.readTree(start).get("vector"), JSON.readTree(whole).get("vector"));
        var run = CommandLineRun.of("embed", "--checkpoint=" + checkpoint, "--max-length=0");
        assertEquals(2, run.exitCode(), run.err());
    }

    @Test
    void needsACheckpointOrABundleAndNotBoth() {
        assertEquals(2, CommandLineRun.of("embed").exitCode());
        var both = CommandLineRun.of("embed", "--bundle=" + bundle, "--checkpoint=" + checkpoint);
        assertEquals(2, both.exitCode(), both.err());
    }

    @Test
    void searchesAFile() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "太差\n\n真好\n很差\n");
        String[] command = {"search", "--bundle=" + bundle, "--in=" + texts, "--top=2"};
        var run = CommandLineRun.withInput("很好\n\n", command);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains(texts + ": left out 1 blank lines"), run.err());
        JsonNode answer = JSON.readTree(run.lines().get(0));
        assertEquals(List.of("text", "matches"), names(answer));
        assertEquals(2, answer.get("matches").size());
        JsonNode best = answer.get("matches").get(0);
        assertEquals(List.of("line", "text", "similarity"), names(best));
        assertEquals("真好", best.get("text").asText());
        assertEquals(3, best.get("line").asInt());
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        assertEquals(
                2,
                CommandLineRun.of("search", "--bundle=" + bundle, "--in=" + texts, "--top=0")
                        .exitCode());
    }

    private static String vector(String... options) {
        String[] command = new String[options.length + 1];
        command[0] = "embed";
        System.arraycopy(options, 0, command, 1, options.length);
        var run = CommandLineRun.withInput("很好\n", command);
        assertEquals(0, run.exitCode(), run.err());
        return run.out();
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(entry -> entry.getKey()).toList();
    }
}
