package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bundles of every task in 8 bits. */
class Int8BundleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @BeforeEach
    void needsOneDnn() {
        assumeTrue(OneDnn.isAvailable(), "oneDNN is not loaded: there is no int8");
    }

    static Stream<String> bundles() throws IOException {
        return EarlierVersionTest.bundles();
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void answersAsTheBundleThatItWasMadeOfDoesInInt8(String name) throws IOException {
        assumeTrue(OneDnn.hasInt8(), "without its instructions, weights are rounded to 7 bits after the 8 of the file");
        String asked = Files.readString(EarlierVersionTest.earlier().resolve("asked/" + name + ".txt"));
        Path exact = EarlierVersionTest.earlier().resolve("bundles/" + name);
        Path rounded = convert(exact);
        // Word embeddings are rounded in the file alone: what remains is the same.
        var before = CommandLineRun.withInput(asked, "predict", "--precision=int8", exact.toString());
        var now = CommandLineRun.withInput(asked, "predict", rounded.toString());
        assertEquals(0, now.exitCode(), now.err());
        assertEquals(before.lines().size(), now.lines().size());
        for (int i = 0; i < before.lines().size(); i++) {
            assertSameNames(
                    JSON.readTree(before.lines().get(i)),
                    JSON.readTree(now.lines().get(i)));
        }
        assertTrue(size(rounded) < 0.6 * size(exact), size(rounded) + " of " + size(exact));
    }

    @Test
    void isSavedAgainAsItIs() throws IOException {
        assumeTrue(OneDnn.hasInt8(), "without its instructions, weights are rounded to 7 bits after the 8 of the file");
        Path rounded = convert(sentiment());
        Path again = folder.resolve("again");
        try (Bundle bundle = Bundle.open(rounded);
                var model = TaskType.of(bundle).load(bundle, Precision.FLOAT32)) {
            assertTrue(bundle.isInt8());
            model.save(again);
        }
        assertEquals(-1, Files.mismatch(rounded.resolve("vocab.txt"), again.resolve("vocab.txt")));
        assertEquals(size(rounded), size(again));
    }

    @Test
    void predictsAndIsNotTrained() throws IOException {
        Path rounded = convert(sentiment());
        try (Bundle bundle = Bundle.open(rounded);
                var model = TaskType.of(bundle).load(bundle, Precision.FLOAT32)) {
            var failure = assertThrows(
                    IllegalStateException.class, () -> model.model().graph().training(() -> null));
            assertTrue(failure.getMessage().contains("INT8"), failure.getMessage());
        }
        var run = CommandLineRun.of(
                "train",
                "sentiment",
                "--precision=int8",
                "--checkpoint=x",
                "--train=x",
                "--out=" + folder.resolve("out"));
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("--precision int8: models are trained in float32 or bf16"), run.err());
    }

    @Test
    void convertsNothingElseAndNothingOnTopOfSomething() throws IOException {
        Path there = Files.createDirectory(folder.resolve("there"));
        var run = CommandLineRun.of("convert", "--int8", sentiment().toString(), there.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("exists already"), run.err());
        run = CommandLineRun.of(
                "convert",
                "--int8",
                EarlierVersionTest.earlier().resolve("bert").toString(),
                folder.resolve("new").toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("is not a bundle"), run.err());
        run = CommandLineRun.of(
                "convert",
                "--int8",
                sentiment().toString(),
                folder.resolve("x.onnx").toString());
        assertEquals(2, run.exitCode());
    }

    private static Path sentiment() {
        return EarlierVersionTest.earlier().resolve("bundles/sentiment");
    }

    private Path convert(Path bundle) {
        Path rounded = folder.resolve("int8-" + bundle.getFileName());
        var run = CommandLineRun.of("convert", "--int8", bundle.toString(), rounded.toString());
        assertEquals(0, run.exitCode(), run.err());
        return rounded;
    }

    private static long size(Path bundle) throws IOException {
        return Files.size(bundle.resolve("weights.safetensors"));
    }

    private static void assertSameNames(JsonNode expected, JsonNode actual) {
        assertEquals(
                List.copyOf(expected.properties()).size(),
                List.copyOf(actual.properties()).size());
        assertEquals(expected.path("error"), actual.path("error"));
        if (expected.has("probability") && expected.path("label").equals(actual.path("label"))) {
            assertEquals(
                    expected.get("probability").doubleValue(),
                    actual.get("probability").doubleValue(),
                    0.05);
        }
    }
}
