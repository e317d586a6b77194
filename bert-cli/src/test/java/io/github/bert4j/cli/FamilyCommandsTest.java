package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.testdata.SampleData;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line does with checkpoints that are not BERT's. */
class FamilyCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "roberta, roberta: 3 layers, BPE of 700 tokens, padding is id 1",
        "modernbert, modernbert: 3 layers, BPE of 700 tokens, layers [1, 2] see 4 tokens",
        "xlm-roberta, xlm-roberta: 3 layers, Unigram of 2202 tokens, special tokens <pad>",
        "nezha, nezha: 3 layers, word pieces of 2155 tokens, vectors of distances up to 6"
    })
    void tellsWhatACheckpointIs(String family, String sizes, String tokenizer, String unusual) throws IOException {
        var run = CommandLineRun.of("inspect", checkpoint(family).toString());
        assertEquals(0, run.exitCode(), run.err());
        for (String part : List.of(sizes, tokenizer, unusual)) {
            assertTrue(run.out().contains(part), run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta", "modernbert", "mpnet"})
    void encodesTextsAsTheCheckpointsFilesSay(String family) throws IOException {
        Path checkpoint = checkpoint(family);
        String text = "很 <mask>[MASK]好";
        var run = CommandLineRun.withInput(
                text + "\n", "encode", "--checkpoint", checkpoint.toString(), "--tokenizer", "checkpoint", "--json");
        assertEquals(0, run.exitCode(), run.err());
        int[] expected = CheckpointTokenizer.load(checkpoint).encode(text).ids();
        JsonNode encoded = JSON.readTree(run.lastLine());
        assertEquals(JSON.valueToTree(expected), encoded.get("input_ids"));
        int padding = Bert.vocabulary(checkpoint).paddingId();
        String ids = JSON.writeValueAsString(expected).replace("]", "," + padding + "," + padding + "]");
        String zeros = ids.replaceAll("\\d+", "0");
        var padded = CommandLineRun.withInput(
                "{\"input_ids\":[%s],\"segment_ids\":[%s]}".formatted(ids, zeros),
                "encode",
                "--checkpoint",
                checkpoint.toString(),
                "--json");
        assertEquals(0, padded.exitCode(), padded.err());
        JsonNode vectors = JSON.readTree(padded.lastLine()).get("sequence_output");
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < 4; k++) {
                assertEquals(
                        encoded.get("sequence_output").get(i).get(k).asDouble(),
                        vectors.get(i).get(k).asDouble(),
                        1e-5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "distilbert"})
    void trainsSavesConvertsAndPredicts(String family) throws IOException {
        Path checkpoint = checkpoint(family);
        Path data = SampleData.copy("sentiment/valid.tsv", folder.resolve("valid.tsv"));
        Path bundle = folder.resolve("bundle");
        var train = CommandLineRun.of(
                "train",
                "sentiment",
                "--checkpoint",
                checkpoint.toString(),
                "--train",
                data.toString(),
                "--out",
                bundle.toString(),
                "--epochs",
                "1",
                "--max-length",
                "40");
        assertEquals(0, train.exitCode(), train.err());
        boolean own = family.equals("roberta");
        assertEquals(own, Files.exists(bundle.resolve("tokenizer.json")));
        assertTrue(train.err().contains(own ? "word pieces" : "characters"), train.err());
        String answer = predict(bundle);
        Path eightBits = folder.resolve("eight-bits");
        assertEquals(
                0,
                CommandLineRun.of("convert", bundle.toString(), eightBits.toString(), "--int8")
                        .exitCode());
        assertEquals(
                JSON.readTree(answer).get("label"),
                JSON.readTree(predict(eightBits)).get("label"));
        Path onnx = folder.resolve("onnx/model.onnx");
        assertEquals(
                0,
                CommandLineRun.of("convert", bundle.toString(), onnx.toString()).exitCode());
        assertEquals(own, Files.exists(onnx.resolveSibling("tokenizer.json")));
        Path back = folder.resolve("back");
        assertEquals(
                0,
                CommandLineRun.of("convert", bundle.toString(), back.toString()).exitCode());
        assertEquals(
                BertConfig.of(checkpoint).architecture(), BertConfig.of(back).architecture());
    }

    private static String predict(Path bundle) {
        var run = CommandLineRun.withInput("很好，下次还来\n", "predict", bundle.toString());
        assertEquals(0, run.exitCode(), run.err());
        return run.lastLine();
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta", "roformer"})
    void goesOnWithPretrainingAndFills(String family) throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "今天天气不错，我们去公园。\n\n酒店很好，下次还来。\n".repeat(20));
        Path out = folder.resolve("out");
        var run = CommandLineRun.of(
                "pretrain",
                "--checkpoint",
                checkpoint(family).toString(),
                "--train",
                texts.toString(),
                "--out",
                out.toString(),
                "--steps",
                "4",
                "--batch",
                "4",
                "--max-length",
                "32");
        assertEquals(0, run.exitCode(), run.err());
        var filled = CommandLineRun.withInput("很[MASK]，下次还来\n", "fill", "--checkpoint", out.toString());
        assertEquals(0, filled.exitCode(), filled.err());
        assertEquals(1, JSON.readTree(filled.lastLine()).get("masks").size());
    }

    private Path checkpoint(String family) throws IOException {
        Path files = FamilyFiles.write(family, folder.resolve("files"));
        Path checkpoint = folder.resolve("checkpoint");
        try (Graph graph = new Graph(5)) {
            Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files))
                    .saveHuggingFace(checkpoint);
        }
        return checkpoint;
    }
}
