package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.files.ProcessLock;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories and texts as people have them. */
class RealFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path checkpoint;

    @BeforeEach
    void copyCheckpoint() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
    }

    @Test
    void readsAConfigurationOfAnotherName() throws IOException {
        Files.move(checkpoint.resolve("bert_config.json"), checkpoint.resolve("bert_config_small3.json"));
        assertEquals(0, encode(checkpoint).exitCode());
        Files.copy(checkpoint.resolve("bert_config_small3.json"), checkpoint.resolve("bert_config_small4.json"));
        assertRefused("there is no bert_config.json", checkpoint);
        assertRefused("bert_config_small3.json, bert_config_small4.json", checkpoint);
    }

    @Test
    void saysThatModelsAreNotDownloaded() {
        assertRefused("not downloaded by their names on a hub", Path.of("bert-base-chinese"));
        var run = CommandLineRun.of("inspect", "bert-base-chinese");
        assertTrue(run.err().contains("not downloaded by their names on a hub"), run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "bert_config.json, version https://git-lfs.github.com/spec/v1, a pointer of Git LFS",
        "vocab.txt, version https://git-lfs.github.com/spec/v1, a pointer of Git LFS",
        "bert_model.ckpt.index, version https://git-lfs.github.com/spec/v1, a pointer of Git LFS",
        "bert_config.json, <!DOCTYPE html><html>, a web page",
        "vocab.txt, <html><body>, a web page"
    })
    void recognizesWhatWasDownloadedInstead(String file, String content, String expected) throws IOException {
        Files.writeString(checkpoint.resolve(file), content + "\noid sha256:0\nsize 1\n");
        assertRefused(checkpoint.resolve(file) + ": " + expected, checkpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "layer_with_weights-0/w/.ATTRIBUTES/VARIABLE_VALUE, save_weights_as_checkpoint",
        "onnx::MatMul_1_quantized, weights of 8 bits"
    })
    void recognizesCheckpointsOfOtherKinds(String tensor, String expected) throws IOException {
        replaceWeights(List.of(NamedTensor.ofFloats(tensor, List.of(2L), 1, 2)));
        assertRefused(expected, checkpoint);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void refusesWeightsThatAreNoNumbers(float value) throws IOException {
        changeWeight("bert/encoder/layer_1/output/dense/kernel", values -> {
            values.put(3, value);
            return values;
        });
        assertRefused("tensor 'bert/encoder/layer_1/output/dense/kernel' holds " + value + " at element 3", checkpoint);
    }

    /** Numbers so large that the next layer's are not. */
    @ParameterizedTest
    @ValueSource(strings = {"embed", "fill"})
    void refusesToAnswerNaN(String command) throws IOException {
        changeWeight("bert/encoder/layer_1/output/dense/kernel", values -> {
            IntStream.range(0, values.limit()).forEach(i -> values.put(i, i % 2 == 0 ? 3e38f : -3e38f));
            return values;
        });
        var run = CommandLineRun.withInput("好[MASK]\n", command, "--checkpoint=" + checkpoint);
        assertEquals(1, run.exitCode(), run.out());
        assertFalse(run.out().contains("NaN"), run.out());
        assertTrue(run.err().contains("The model has no answer"), run.err());
    }

    @Test
    void savesNoModelThatMeasuresNaN() throws IOException {
        Path data = Files.writeString(folder.resolve("reviews.tsv"), "1\t很好\n0\t很差\n".repeat(8));
        var run = CommandLineRun.of(
                "train",
                "sentiment",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--valid=" + data,
                "--out=" + folder.resolve("out"),
                "--epochs=1",
                "--lr=1e30",
                "--non-finite=skip");
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.err().contains("is not saved"), run.err());
        assertFalse(Files.exists(folder.resolve("out")));
    }

    @Test
    void refusesASecondTrainingWithTheSamePlace() throws IOException {
        Path data = Files.writeString(folder.resolve("reviews.tsv"), "1\t很好\n0\t很差\n".repeat(8));
        String[] command = {
            "train",
            "sentiment",
            "--checkpoint=" + checkpoint,
            "--train=" + data,
            "--out=" + folder.resolve("out"),
            "--epochs=1"
        };
        try (ProcessLock first =
                ProcessLock.acquire(folder.resolve(".out.bert4j-training")).orElseThrow()) {
            var run = CommandLineRun.of(command);
            assertEquals(1, run.exitCode(), () -> first + run.err());
            assertTrue(run.err().contains("is the result of another training that runs now"), run.err());
        }
        assertEquals(0, CommandLineRun.of(command).exitCode());
        try (var files = Files.list(folder)) {
            assertEquals(
                    Set.of("out", "reviews.tsv", "tiny"),
                    files.map(path -> path.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    /** As after an interrupted save, or with a disk mounted there: the directory stays the same one. */
    @Test
    void replacesTheBundleWhereItStands() throws IOException {
        Path data = Files.writeString(folder.resolve("reviews.tsv"), "1\t很好\n0\t很差\n".repeat(8));
        Path real = Files.createDirectory(folder.resolve("real"));
        Object place = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        for (String overwrite : List.of("--profile", "--overwrite")) {
            var run = CommandLineRun.of(
                    "train",
                    "sentiment",
                    "--checkpoint=" + checkpoint,
                    "--train=" + data,
                    "--out=" + link,
                    "--epochs=1",
                    overwrite);
            assertEquals(0, run.exitCode(), run.err());
        }
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(
                place, Files.readAttributes(real, BasicFileAttributes.class).fileKey());
        try (var files = Files.list(real)) {
            assertEquals(4, files.count());
        }
    }

    @Test
    void refusesToFillWithoutTheHeadForIt() throws IOException {
        List<NamedTensor> encoder = new ArrayList<>();
        for (NamedTensor tensor : weights()) {
            if (!tensor.info().name().startsWith("cls/")) {
                encoder.add(tensor);
            }
        }
        replaceWeights(encoder);
        for (String name : List.of(checkpoint.toString(), "bge-small-zh-v1.5")) {
            var run = CommandLineRun.withInput("好[MASK]\n", "fill", "--checkpoint=" + name);
            assertEquals(1, run.exitCode());
            assertTrue(run.err().startsWith("bert4j: " + name + " has no masked-word head"), run.err());
        }
        assertFalse(CommandLineRun.of("fill", "--help").out().contains("bge"));
    }

    @Test
    void readsAsMuchOfATextAsTheModelCanAndSaysWhenThereWasMore() throws IOException {
        String long60 = "好".repeat(60);
        Path texts = Files.writeString(folder.resolve("texts.txt"), long60 + "一\n" + long60 + "二\n");
        var run = CommandLineRun.of("embed", "--checkpoint=" + checkpoint, texts.toString());
        JsonNode first = JSON.readTree(run.lines().get(0)).get("vector");
        assertFalse(first.equals(JSON.readTree(run.lines().get(1)).get("vector")), "the 61st character counts");
        assertEquals("", run.err());
        run = CommandLineRun.of("embed", "--checkpoint=" + checkpoint, "--max-length=60", texts.toString());
        assertTrue(run.err().contains("2 texts were longer than the model's maximum length"), run.err());
    }

    @Test
    void poolsAsSentenceTransformersSays() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "今天天气不错\n");
        String mean = CommandLineRun.of("embed", "--checkpoint=" + checkpoint, "--pooling=mean", texts.toString())
                .out();
        Path pooling = Files.createDirectory(checkpoint.resolve("1_Pooling"));
        Files.writeString(
                pooling.resolve("config.json"),
                "{\"word_embedding_dimension\":32,\"pooling_mode_cls_token\":false,\"pooling_mode_mean_tokens\":true}");
        assertEquals(
                mean,
                CommandLineRun.of("embed", "--checkpoint=" + checkpoint, texts.toString())
                        .out());
    }

    @Test
    void keepsWhatATerminalWouldObeyFromIt() throws IOException {
        Path data = Files.writeString(folder.resolve("texts.tsv"), "\u001b[2J\t一\n好\t二\n".repeat(2));
        var run = CommandLineRun.of(
                "train",
                "classification",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--out=" + folder.resolve("out"),
                "--epochs=1");
        assertEquals(0, run.exitCode(), run.err());
        assertFalse(run.err().contains("\u001b"), run.err());
    }

    private CommandLineRun encode(Path directory) {
        return CommandLineRun.withInput("好\n", "encode", "--checkpoint=" + directory);
    }

    private void assertRefused(String expected, Path directory) {
        var run = encode(directory);
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.err().contains(expected), run.err());
    }

    private List<NamedTensor> weights() throws IOException {
        List<NamedTensor> tensors = new ArrayList<>();
        try (TensorSource source = TensorSource.open(checkpoint)) {
            for (TensorInfo info : source.tensors().values()) {
                if (info.type().isFloat()) {
                    FloatBuffer values = FloatBuffer.allocate((int) info.elements());
                    source.readFloats(info.name(), values);
                    tensors.add(NamedTensor.ofFloats(info.name(), info.shape(), values.array()));
                }
            }
        }
        return tensors;
    }

    private void changeWeight(String name, UnaryOperator<FloatBuffer> change) throws IOException {
        List<NamedTensor> tensors = new ArrayList<>(weights());
        try (TensorSource source = TensorSource.open(checkpoint)) {
            TensorInfo info = source.tensor(name);
            FloatBuffer values = FloatBuffer.allocate((int) info.elements());
            source.readFloats(name, values);
            tensors.removeIf(tensor -> tensor.info().name().equals(name));
            tensors.add(NamedTensor.ofFloats(
                    name, info.shape(), change.apply(values.rewind()).array()));
        }
        replaceWeights(tensors);
    }

    private void replaceWeights(List<NamedTensor> tensors) throws IOException {
        try (var files = Files.list(checkpoint)) {
            for (Path file : files.filter(path -> path.getFileName().toString().contains(".ckpt"))
                    .toList()) {
                Files.delete(file);
            }
        }
        SafeTensorsWriter.write(checkpoint.resolve("model.safetensors"), Map.of(), tensors);
    }
}
