package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private String checkpoint;

    @BeforeEach
    void copyCheckpoint() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny")).toString();
    }

    @Test
    void listsTensorsByNameWithSumFirstAndLast() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        SafeTensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        NamedTensor.ofFloats("b", List.of(3L), 1.5f, -0.25f, 4),
                        NamedTensor.ofFloats("a/empty", List.of(0L, 2L)),
                        NamedTensor.ofFloats("a/infinite", List.of(2L), Float.POSITIVE_INFINITY, 1),
                        NamedTensor.ofFloats("Z", List.of(), 7),
                        new NamedTensor(
                                new TensorInfo("flags", DataType.BOOL, List.of(1L)),
                                () -> ByteBuffer.wrap(new byte[] {1}))));
        var run = CommandLineRun.of("inspect", "--json", file.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(JSON.readTree("""
                        [{"name":"Z","dtype":"float32","shape":[],"sum":7.0,"first":7.0,"last":7.0},
                         {"name":"a/empty","dtype":"float32","shape":[0,2],"sum":null,"first":null,"last":null},
                         {"name":"a/infinite","dtype":"float32","shape":[2],"sum":null,"first":null,"last":1.0},
                         {"name":"b","dtype":"float32","shape":[3],"sum":5.25,"first":1.5,"last":4.0},
                         {"name":"flags","dtype":"bool","shape":[1],"sum":null,"first":null,"last":null}]
                        """), JSON.readTree(run.out()));
    }

    /** Names and the step counter as src-test-data describes them. */
    @Test
    void listsATensorFlowCheckpointByPrefixOrDirectory() throws IOException {
        var byDirectory = CommandLineRun.of("inspect", "--json", checkpoint);
        var byPrefix = CommandLineRun.of("inspect", "--json", checkpoint + "/bert_model.ckpt");
        assertEquals(byDirectory, byPrefix);
        JsonNode tensors = JSON.readTree(byPrefix.out());
        JsonNode step = tensors.get(tensors.size() - 1);
        assertEquals(JSON.readTree("""
                        {"name":"global_step","dtype":"int64","shape":[],"sum":1000.0,"first":1000.0,"last":1000.0}"""), step);
    }

    @Test
    void encodesTokenIdsAsGivenPaddingIncluded() throws IOException {
        var run = CommandLineRun.withInput("""

                {"input_ids": [[12, 20, 13, 0], [12, 13]],
                 "segment_ids": [[0, 0, 1, 0], [0, 0]]}
                """, "encode", "--json", "--checkpoint=" + checkpoint);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(2, run.lines().size());
        JsonNode row = JSON.readTree(run.lines().get(0));
        assertEquals(
                List.of(
                        "tokens",
                        "input_ids",
                        "segment_ids",
                        "sequence_output",
                        "pooled_output",
                        "mlm_top5",
                        "nsp_logits"),
                row.properties().stream().map(entry -> entry.getKey()).toList());
        assertEquals("[12,20,13,0]", row.get("input_ids").toString());
        assertEquals("[0,0,1,0]", row.get("segment_ids").toString());
        assertEquals("[PAD]", row.get("tokens").get(3).asText());
        assertEquals(4, row.get("sequence_output").size());
        assertEquals(32, row.get("sequence_output").get(0).size());
        assertEquals(32, row.get("pooled_output").size());
        assertEquals(4, row.get("mlm_top5").size());
        JsonNode best = row.get("mlm_top5").get(1);
        assertEquals(5, best.size());
        for (int i = 1; i < 5; i++) {
            assertTrue(best.get(i - 1).get("logit").asDouble()
                    >= best.get(i).get("logit").asDouble());
        }
        assertEquals(2, row.get("nsp_logits").size());
        assertEquals(2, JSON.readTree(run.lines().get(1)).get("tokens").size());
    }

    @Test
    void encodesATextOrAPairPerLine() throws IOException {
        var run =
                CommandLineRun.withInput("好A\t差\n\n", "encode", "--json", "--lower-case", "--checkpoint=" + checkpoint);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode pair = JSON.readTree(run.lines().get(0));
        assertEquals(
                "[\"[CLS]\",\"好\",\"a\",\"[SEP]\",\"差\",\"[SEP]\"]",
                pair.get("tokens").toString());
        assertEquals("[0,0,0,0,1,1]", pair.get("segment_ids").toString());
        assertEquals("{\"text\":\"\",\"error\":\"blank\"}", run.lines().get(1));
        assertEquals(2, run.lines().size());
    }

    @Test
    void namesTheRowAndTheIdThatTheModelLacks() {
        var run = CommandLineRun.withInput(
                "{\"input_ids\":[[12,99999]]}", "encode", "--json", "--checkpoint=" + checkpoint);
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("row 0: input_ids: 99999 at position 1"), run.err());
        assertTrue(run.err().contains("0 to 1821"), run.err());
    }

    @Test
    void readsADocumentOfSeveralLinesAndObjectsLineByLine() throws IOException {
        String[] options = {"encode", "--json", "--checkpoint=" + checkpoint};
        var document = CommandLineRun.withInput("\n{\n \"input_ids\": [[2, 3],\n [2, 4, 3]]}\n", options);
        assertEquals(0, document.exitCode(), document.err());
        assertEquals(2, document.lines().size());
        var lines = CommandLineRun.withInput(
                "{\"text\": \"好\\t差\"}\n{\"text\": \"好\", \"second\": \"差\", \"id\": 7}\n{好\n", options);
        assertEquals(0, lines.exitCode(), lines.err());
        assertEquals(
                "[0,0,0,0,0]",
                JSON.readTree(lines.lines().get(0)).get("segment_ids").toString());
        JsonNode pair = JSON.readTree(lines.lines().get(1));
        assertEquals("[0,0,0,1,1]", pair.get("segment_ids").toString());
        assertEquals(7, pair.get("id").asInt());
        assertTrue(lines.lines().get(2).startsWith("{\"text\":\"{好\",\"error\":\"This is not JSON"), lines.out());
    }

    @Test
    void explainsInputThatOnlyStartsLikeJson() {
        var line = CommandLineRun.withInput("{好", "encode", "--checkpoint=" + checkpoint);
        assertEquals(1, line.exitCode());
        assertTrue(line.lastLine().contains("This is not JSON"), line.out());
        var document = CommandLineRun.withInput("{\"input_ids\": [[1, 2]", "encode", "--checkpoint=" + checkpoint);
        assertEquals(1, document.exitCode());
        assertTrue(document.err().contains("stdin starts with { but is not"), document.err());
    }
}
