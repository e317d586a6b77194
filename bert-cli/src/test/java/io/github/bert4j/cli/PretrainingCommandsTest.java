package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path checkpoint;
    private Path out;

    @BeforeEach
    void writeACheckpointAndTexts() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        out = folder.resolve("adapted");
        Files.writeString(folder.resolve("texts.txt"), "今天天气不错。\n我们去公园。\n\n房间很干净。\n服务也好。\n");
    }

    @Test
    void savesACheckpointThatFillsMasks() throws IOException {
        var run = pretrain("--nsp", "--whole-words");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode report = JSON.readTree(run.lastLine());
        assertEquals(out.toString(), report.get("checkpoint").asText());
        assertEquals(3, report.get("steps").asInt());
        assertTrue(report.get("loss").asDouble() > 0, run.lastLine());
        assertFalse(Files.exists(out.resolve("pretraining.state")));

        var fill =
                CommandLineRun.withInput("今天[MASK]气不[MASK]\n\n", "fill", "--top", "3", "--checkpoint", out.toString());
        assertEquals(0, fill.exitCode(), fill.err());
        assertEquals(2, fill.lines().size());
        JsonNode masks = JSON.readTree(fill.lines().get(0)).get("masks");
        assertEquals(2, masks.size());
        assertEquals(3, masks.get(0).size());
        assertTrue(masks.get(0).get(0).get("probability").asDouble()
                >= masks.get(0).get(1).get("probability").asDouble());
    }

    @Test
    void tellsOfEachLineThatCannotBeFilledAndFillsTheOthers() throws IOException {
        assertEquals(0, pretrain().exitCode());
        String[] options = {"fill", "--checkpoint", out.toString()};
        var some = CommandLineRun.withInput("今天\n{\"text\": \"今[MASK]\", \"id\": 7}\n{今[MASK]\n", options);
        assertEquals(0, some.exitCode(), some.err());
        assertTrue(some.lines().get(0).contains("\"error\":\"There is no [MASK]"), some.out());
        JsonNode filled = JSON.readTree(some.lines().get(1));
        assertEquals(7, filled.get("id").asInt());
        assertEquals(5, filled.get("masks").get(0).size());
        assertTrue(some.lines().get(2).contains("\"error\":\"This is not JSON"), some.out());
        assertEquals(1, CommandLineRun.withInput("今天\n\n", options).exitCode());
        assertEquals(0, CommandLineRun.withInput("", options).exitCode());
    }

    @Test
    void resumesOnlyWhatWasInterrupted() throws IOException {
        var nothing = pretrain("--resume");
        assertEquals(1, nothing.exitCode());
        assertTrue(nothing.err().contains("leave out --resume"), nothing.err());
        Files.createDirectories(out);
        Files.writeString(out.resolve("pretraining.state"), "");
        var forgotten = pretrain();
        assertEquals(1, forgotten.exitCode());
        assertTrue(forgotten.err().contains("add --resume"), forgotten.err());
        assertTrue(Files.exists(out.resolve("pretraining.state")));
    }

    private CommandLineRun pretrain(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "pretrain",
                "--checkpoint",
                checkpoint.toString(),
                "--train",
                folder.resolve("texts.txt").toString(),
                "--out",
                out.toString(),
                "--steps",
                "3",
                "--batch",
                "2",
                "--max-length",
                "16"));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }
}
