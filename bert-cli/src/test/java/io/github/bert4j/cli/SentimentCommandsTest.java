package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.TrainedWith;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.testdata.SampleData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small model, trained once; every test asks something of it. */
class SentimentCommandsTest {
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
        data = folder.resolve("reviews.tsv");
        Files.writeString(data, "1\t很好\n0\t很差\n\n1\t不错，好\n好看\n0\t差，不好\n");
        bundle = folder.resolve("bundle");
        training = CommandLineRun.of(
                "train",
                "sentiment",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + bundle,
                "--epochs=6",
                "--batch=4",
                "--lr=1e-2",
                "--max-length=40");
        assertEquals(0, training.exitCode(), training.err());
    }

    @Test
    void reportsTheTrainingAsOneLineOfJson() throws IOException {
        JsonNode report = JSON.readTree(training.lastLine());
        assertEquals(
                List.of("task", "bundle", "epochs", "bestEpoch", "samples", "loss", "accuracy"),
                report.properties().stream().map(entry -> entry.getKey()).toList());
        assertEquals("sentiment", report.get("task").asText());
        assertEquals(bundle.toString(), report.get("bundle").asText());
        assertEquals(6, report.get("epochs").asInt());
        assertEquals(4, report.get("samples").asInt());
        assertEquals(1, training.lines().size(), training.out());
    }

    @Test
    void reportsProgressAndWhatItLeftOutOnStderr() {
        assertTrue(training.err().contains(data + ": left out 1 blank lines"), training.err());
        assertTrue(training.err().contains("left out 1 lines that are not a label"), training.err());
        assertTrue(training.err().contains("line 5"), training.err());
        assertTrue(training.err().contains("Epoch 6/6"), training.err());
        assertTrue(training.err().contains("val_accuracy"), training.err());
    }

    @Test
    void goesOnWithABundleAndItsOptions() throws IOException {
        Path longer = folder.resolve("longer");
        var run = CommandLineRun.of(
                "train", "sentiment", "--continue=" + bundle, "--train=" + data, "--out=" + longer, "--epochs=1");
        assertEquals(0, run.exitCode(), run.err());
        try (Bundle before = Bundle.open(bundle);
                Bundle after = Bundle.open(longer)) {
            assertEquals(new TrainedWith(40, 4, 1e-2, 42), before.training().orElseThrow());
            assertEquals(before.training(), after.training());
        }
        // The head was there: it is right from the first step on.
        JsonNode first = JSON.readTree(CommandLineRun.of("evaluate", bundle.toString(), data.toString())
                .lastLine());
        JsonNode second = JSON.readTree(CommandLineRun.of("evaluate", longer.toString(), data.toString())
                .lastLine());
        assertTrue(second.get("loss").asDouble() <= first.get("loss").asDouble() + 0.05, first + " " + second);
        run = CommandLineRun.of(
                "train",
                "sentiment",
                "--continue=" + longer,
                "--train=" + data,
                "--out=" + longer,
                "--lr=1e-3",
                "--overwrite");
        assertEquals(0, run.exitCode(), run.err());
        try (Bundle again = Bundle.open(longer)) {
            assertEquals(new TrainedWith(40, 4, 1e-3, 42), again.training().orElseThrow());
        }
    }

    @Test
    void saysThatOfABundleAsACheckpointTheEncoderAloneIsTaken() {
        Path other = folder.resolve("other");
        var run = CommandLineRun.of(
                "train", "sentiment", "--checkpoint=" + bundle, "--train=" + data, "--out=" + other, "--epochs=1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("its encoder is taken, and nothing else; --continue goes on"), run.err());
    }

    @Test
    void refusesTwoStartsOrNone() {
        for (String[] start : new String[][] {
            {}, {"--checkpoint=" + checkpoint, "--continue=" + bundle}, {"--continue=" + bundle, "--cased"}
        }) {
            var run = CommandLineRun.of(Stream.of(
                            Stream.of("train", "sentiment", "--train=" + data, "--out=" + folder.resolve("none")),
                            Stream.of(start))
                    .flatMap(same -> same)
                    .toArray(String[]::new));
            assertEquals(2, run.exitCode(), run.err());
            assertTrue(run.err().contains("--continue"), run.err());
        }
    }

    @Test
    void showsNoBarWhereThereIsNoTerminal() {
        assertFalse(training.err().contains("\r"), training.err());
        assertEquals(
                6,
                training.err().lines().filter(line -> line.startsWith("Epoch ")).count(),
                training.err());
    }

    @Test
    void trainsOtherwiseThanTheRecipeWhereAsked() throws IOException {
        Path log = folder.resolve("epochs.csv");
        Path board = folder.resolve("board");
        var run = CommandLineRun.of(
                "train",
                "sentiment",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + folder.resolve("tuned"),
                "--epochs=40",
                "--batch=2",
                "--lr=1e-9",
                "--accumulate=2",
                "--weight-decay=0.01",
                "--clip-norm=1",
                "--layer-decay=0.9",
                "--average=0.9",
                "--adversarial=0.5",
                "--r-drop=4",
                "--patience=2",
                "--log=" + log,
                "--tensorboard=" + board,
                "--plots=" + folder.resolve("plots"));
        assertEquals(0, run.exitCode(), run.err());
        // At such a rate nothing gets better, so it stops after the first epoch and two more; one step each.
        assertEquals(4, Files.readAllLines(log).size());
        assertTrue(run.err().contains("Epoch 3/40") && !run.err().contains("Epoch 4/40"), run.err());
        assertTrue(Files.size(folder.resolve("plots/epochs.png")) > 0);
        assertTrue(Files.size(folder.resolve("plots/steps.png")) > 0);
        assertTrue(Files.isDirectory(board.resolve("train")) && Files.isDirectory(board.resolve("validation")));
        assertEquals(1, JSON.readTree(run.lastLine()).get("bestEpoch").asInt());
    }

    @Test
    void explainsAText() throws IOException {
        Path page = folder.resolve("page.html");
        Path picture = folder.resolve("attention.png");
        var run = CommandLineRun.of(
                "explain", bundle.toString(), "很好<b>", "--out=" + page, "--attention=" + picture, "--steps=200");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode explanation = JSON.readTree(run.lastLine());
        assertEquals("1", explanation.get("label").asText());
        double sum = 0;
        for (JsonNode token : explanation.get("tokens")) {
            sum += token.get("value").asDouble();
        }
        double change = explanation.get("probability").asDouble()
                - explanation.get("baseline").asDouble();
        assertEquals(change, sum, 0.01 * Math.abs(change) + 1e-4);
        assertEquals(change - sum, explanation.get("missing").asDouble(), 1e-9);
        assertEquals("很", explanation.at("/tokens/0/token").asText());
        assertTrue(Files.readString(page).contains("&lt;"), "not escaped");
        BufferedImage image = ImageIO.read(picture.toFile());
        assertTrue(image.getWidth() > 7 * 48, "width " + image.getWidth());
        assertEquals(2, explain("很好", "--attention=" + picture, "--layer=9").exitCode());
        assertEquals(2, explain("很好", "--attention=" + picture, "--head=-1").exitCode());
        assertEquals(2, explain(" ").exitCode());
        assertEquals(1, explain("很好", "--label=0").exitCode());
    }

    private static CommandLineRun explain(String text, String... options) {
        List<String> arguments = new ArrayList<>(List.of("explain", bundle.toString(), text));
        arguments.addAll(List.of(options));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void drawsWhichLabelsAreTakenForWhich() throws IOException {
        Path picture = folder.resolve("confusion.png");
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--confusion=" + picture);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(ImageIO.read(picture.toFile()).getWidth() > 200);
    }

    @Test
    void freezesLayersWhereAsked() {
        assertEquals(0, trainFrozen("--freeze-layers=1").exitCode());
        var none = trainFrozen("--freeze-layers=-1");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("'--freeze-layers': expected a whole number from 0, received -1"), none.err());
        var disturbed = trainFrozen("--freeze-layers=0", "--adversarial=0.5");
        assertEquals(2, disturbed.exitCode());
        assertTrue(disturbed.err().contains("--adversarial disturbs the word embeddings"), disturbed.err());
    }

    private static CommandLineRun trainFrozen(String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "sentiment",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--out=" + folder.resolve("frozen"),
                "--overwrite",
                "--epochs=1"));
        arguments.addAll(List.of(options));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void evaluatesTheEpochThatWasSaved() throws IOException {
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode expected = JSON.readTree(training.lastLine());
        JsonNode measured = JSON.readTree(run.lastLine());
        assertEquals(
                List.of("task", "samples", "loss", "accuracy"),
                measured.properties().stream().map(entry -> entry.getKey()).toList());
        assertEquals(expected.get("accuracy"), measured.get("accuracy"));
        assertEquals(expected.get("loss").asDouble(), measured.get("loss").asDouble(), 1e-5);
    }

    @Test
    void answersLineByLineInOrder() throws IOException {
        var run = CommandLineRun.withInput("很好\n \n很差\r\n“a\tb”", "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(4, run.lines().size());
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        List<String> texts = List.of("很好", "", "很差", "“a\tb”");
        for (int i : new int[] {0, 2, 3}) {
            JsonNode answer = JSON.readTree(run.lines().get(i));
            assertEquals(
                    List.of("text", "label", "probability", "probabilities"),
                    answer.properties().stream().map(entry -> entry.getKey()).toList());
            assertEquals(texts.get(i), answer.get("text").asText());
            String label = answer.get("label").asText();
            double positive = answer.get("probabilities").get("1").asDouble();
            assertEquals(1, positive + answer.get("probabilities").get("0").asDouble(), 1e-9);
            assertEquals(positive > 0.5 ? "1" : "0", label);
            assertEquals(answer.get("probabilities").get(label), answer.get("probability"));
        }
    }

    @Test
    void readsAFileAsItReadsStdin() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "\uFEFF很好\n不好\n");
        var file = CommandLineRun.of("predict", bundle.toString(), texts.toString());
        var input = CommandLineRun.withInput("很好\n不好\n", "predict", bundle.toString());
        assertEquals(input, file);
    }

    @Test
    void predictsTheSameInAnotherJvmWhateverItsLocaleAndCharset() throws Exception {
        String text = "这家店的菜很好，𠮷字也认得";
        Path texts = Files.writeString(folder.resolve("one.txt"), text + "\n");
        var here = CommandLineRun.of("predict", bundle.toString(), texts.toString());
        Path out = folder.resolve("child.out");
        Path err = folder.resolve("child.err");
        ProcessBuilder child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfile.encoding=ISO-8859-1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Bert4j.class.getName(),
                        "predict",
                        bundle.toString())
                .redirectInput(texts.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        child.environment().remove("LC_ALL");
        child.environment().put("LANG", "C");
        Process process = child.start();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        // JDK 24 and newer warn of what JavaCPP does; the program itself says nothing.
        assertEquals(
                List.of(),
                Files.readAllLines(err, StandardCharsets.UTF_8).stream()
                        .filter(line -> !line.startsWith("WARNING: "))
                        .toList());
        assertEquals(0, process.exitValue());
        assertEquals(here.out(), Files.readString(out, StandardCharsets.UTF_8));
        assertEquals(text, JSON.readTree(here.lastLine()).get("text").asText());
    }

    @Test
    void tellsHowLongEachKindOfOperationTookOnlyIfAsked() throws IOException {
        var plain = CommandLineRun.of("evaluate", bundle.toString(), data.toString());
        var profiled = CommandLineRun.of("evaluate", "--profile", bundle.toString(), data.toString());
        assertEquals(plain.out(), profiled.out());
        assertFalse(plain.err().contains("AttentionOp"), plain.err());
        // The tiny model has 2 layers, and the data make a single batch.
        assertTrue(profiled.err().lines().anyMatch(line -> line.matches(".*% +2 +AttentionOp")), profiled.err());
    }

    @Test
    void answersNearlyTheSameInBf16() throws IOException {
        try {
            OneDnn.require(Precision.BF16);
        } catch (IllegalArgumentException e) {
            Assumptions.abort(e.getMessage());
        }
        var exact = CommandLineRun.withInput("很好", "predict", bundle.toString());
        var rounded = CommandLineRun.withInput("很好", "predict", "--precision=bf16", bundle.toString());
        assertEquals(0, rounded.exitCode(), rounded.err());
        assertNotEquals(exact.out(), rounded.out());
        assertEquals(
                JSON.readTree(exact.lastLine()).get("probabilities").get("1").asDouble(),
                JSON.readTree(rounded.lastLine()).get("probabilities").get("1").asDouble(),
                0.05);
    }

    @Test
    void refusesMoreThreadsThanThereAre() {
        var run = CommandLineRun.of("evaluate", "--threads=100000", bundle.toString(), data.toString());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().startsWith("bert4j: 100000 threads cannot be used: expected 1 to "), run.err());
    }

    @Test
    void drawsTheRocCurve() throws IOException {
        Path picture = folder.resolve("roc.png");
        var run = CommandLineRun.of("evaluate", bundle.toString(), data.toString(), "--roc=" + picture);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(ImageIO.read(picture.toFile()).getWidth() > 100);
    }

    @Test
    void refusesADamagedBundle() throws IOException {
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        for (String name : List.of("bundle.json", "bert_config.json", "vocab.txt")) {
            Files.copy(bundle.resolve(name), damaged.resolve(name));
        }
        byte[] weights = Files.readAllBytes(bundle.resolve("weights.safetensors"));
        weights[weights.length / 2] ^= 1;
        Files.write(damaged.resolve("weights.safetensors"), weights);
        var run = CommandLineRun.of("predict", damaged.toString());
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("weights.safetensors is damaged"), run.err());
    }

    @Test
    void neverReplacesWhatIsNoBundle() throws IOException {
        Path precious = Files.createDirectory(folder.resolve("precious"));
        Files.writeString(precious.resolve("thesis.txt"), "years of work");
        var run = CommandLineRun.of(
                "train", "sentiment", "--checkpoint=" + checkpoint, "--train=" + data, "--out=" + precious);
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("holds thesis.txt"), run.err());
        assertFalse(run.err().contains("Epoch"), "it trained first");
        assertEquals("years of work", Files.readString(precious.resolve("thesis.txt")));
    }
}
