package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TENSORFLOW =
            List.of("bert_config.json", "bert_model.ckpt.data-00000-of-00001", "bert_model.ckpt.index", "vocab.txt");
    private static final List<String> HUGGING_FACE =
            List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt");

    @TempDir
    private Path folder;

    private Path tiny;

    @BeforeEach
    void copyCheckpoint() throws IOException {
        tiny = SampleData.tinyBert(folder.resolve("tiny"));
    }

    @Test
    void convertsThereAndBackToTheSameBits() throws IOException {
        Path there = folder.resolve("new/there");
        Path back = folder.resolve("back");
        Path again = folder.resolve("again");
        var run = convert(tiny, there);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode report = JSON.readTree(run.lastLine());
        assertEquals("huggingface", report.get("format").asText());
        assertEquals(there.toString(), report.get("to").asText());
        assertEquals(HUGGING_FACE, files(there));
        assertEquals(0, convert(there, back).exitCode());
        assertEquals(TENSORFLOW, files(back));
        assertEquals(0, convert(back, again, "--format", "tensorflow").exitCode());
        for (String file : TENSORFLOW) {
            assertArrayEquals(Files.readAllBytes(back.resolve(file)), Files.readAllBytes(again.resolve(file)), file);
        }
        try (TensorSource before = TensorSource.open(tiny);
                TensorSource after = TensorSource.open(back)) {
            Set<String> step = Set.of("global_step");
            assertEquals(
                    before.tensors().keySet().stream()
                            .filter(name -> !step.contains(name) && !name.contains("/adam_"))
                            .collect(Collectors.toSet()),
                    after.tensors().keySet());
            assertEquals(report.get("weights").asInt(), after.tensors().size());
            for (TensorInfo info : after.tensors().values()) {
                assertEquals(bytes(before, info), bytes(after, info), info.name());
            }
        }
    }

    @Test
    void keepsTheGelu() throws IOException {
        Path there = folder.resolve("there");
        Path back = folder.resolve("back");
        assertEquals(0, convert(tiny, there, "--gelu", "erf").exitCode());
        assertEquals(
                "gelu",
                JSON.readTree(there.resolve("config.json").toFile())
                        .get("hidden_act")
                        .asText());
        var run = convert(there, back);
        assertTrue(run.err().contains("erf"), run.err());
        assertEquals(Gelu.ERF, BertConfig.of(back).gelu());
        assertEquals(0, convert(back, folder.resolve("again")).exitCode());
        assertEquals(Gelu.ERF, BertConfig.of(folder.resolve("again")).gelu());
    }

    @Test
    void describesTheTokenizer() throws IOException {
        assertEquals(0, convert(tiny, folder.resolve("uncased")).exitCode());
        assertTrue(
                Bert.wordPieceTokenizer(folder.resolve("uncased")).orElseThrow().lowerCases());
        assertEquals(0, convert(tiny, folder.resolve("cased"), "--cased").exitCode());
        assertFalse(
                Bert.wordPieceTokenizer(folder.resolve("cased")).orElseThrow().lowerCases());
        assertEquals(
                0,
                convert(folder.resolve("cased"), folder.resolve("copy"), "--format=huggingface")
                        .exitCode());
        assertFalse(
                Bert.wordPieceTokenizer(folder.resolve("copy")).orElseThrow().lowerCases());
    }

    @Test
    void takesTheBertOutOfABundle() throws IOException {
        Path bundle = folder.resolve("bundle");
        try (var classifier = SentimentClassifier.fromCheckpoint(
                tiny, TrainingOptions.of(10, 2, 1e-5).withGelu(Gelu.ERF))) {
            classifier.save(bundle);
        }
        Path there = folder.resolve("there");
        var run = convert(bundle, there);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(Gelu.ERF, BertConfig.of(there).gelu());
        try (TensorSource before = TensorSource.open(tiny);
                TensorSource after = TensorSource.open(there)) {
            String name = "bert.embeddings.word_embeddings.weight";
            assertEquals(
                    bytes(before, before.tensor("bert/embeddings/word_embeddings")), bytes(after, after.tensor(name)));
        }
        assertEquals(
                2, convert(bundle, folder.resolve("other"), "--gelu", "erf").exitCode());
    }

    @Test
    void leavesWhatIsThereAlone() throws IOException {
        Path to = Files.createDirectory(folder.resolve("to"));
        Path file = Files.writeString(to.resolve("config.json"), "mine");
        var run = convert(tiny, to);
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(to + " exists and is not an empty directory"), run.err());
        assertEquals("mine", Files.readString(file));
        Files.delete(file);
        assertEquals(0, convert(tiny, to).exitCode());
    }

    @Test
    void leavesNothingBehindWhereItFails() throws IOException {
        Path broken = tiny.resolve("bert_model.ckpt.data-00000-of-00001");
        byte[] bytes = Files.readAllBytes(broken);
        bytes[bytes.length / 2] ^= 1;
        Files.write(broken, bytes);
        var run = convert(tiny, folder.resolve("to"));
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("bert_model.ckpt"), run.err());
        assertEquals(List.of("tiny"), files(folder));
        var absent = convert(folder.resolve("absent"), folder.resolve("to"));
        assertEquals(1, absent.exitCode());
        assertTrue(absent.err().contains("absent: there is no such directory"), absent.err());
        assertEquals(List.of("tiny"), files(folder));
    }

    @Test
    void convertsTheModelThatComesAlong() throws IOException {
        Path there = folder.resolve("there");
        var run = convert(Path.of(BuiltInModel.NAME), there);
        assertEquals(0, run.exitCode(), run.err());
        Path onnx = folder.resolve("onnx");
        try (var model = BuiltInModel.unpack()) {
            assertEquals(
                    0, convert(model.directory().resolve("model.onnx"), onnx).exitCode());
        }
        assertArrayEquals(
                Files.readAllBytes(there.resolve("model.safetensors")),
                Files.readAllBytes(onnx.resolve("model.safetensors")));
        var vectors = CommandLineRun.withInput("北京是中国的首都\n", "encode", "--json", "--checkpoint", there.toString());
        var expected = CommandLineRun.withInput("北京是中国的首都\n", "encode", "--json", "--checkpoint", BuiltInModel.NAME);
        assertEquals(0, vectors.exitCode(), vectors.err());
        assertEquals(expected.out(), vectors.out());
    }

    private static CommandLineRun convert(Path from, Path to, String... options) {
        String[] arguments = new String[3 + options.length];
        arguments[0] = "convert";
        arguments[1] = from.toString();
        arguments[2] = to.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return CommandLineRun.of(arguments);
    }

    private static List<String> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static ByteBuffer bytes(TensorSource source, TensorInfo info) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) info.byteSize());
        source.read(info.name(), bytes);
        return bytes.flip();
    }
}
