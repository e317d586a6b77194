package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a model of one layer: what they print, not how fast they are. */
class ModelBenchmarkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void printsWhatThePeersPrint() throws IOException {
        JsonNode line = run("model", "2", "8", "infer", "1", "--hidden", "32", "--threads", "1", "--steps", "3");
        for (String key : List.of("peer", "median_s", "total_s", "max_rss_mb")) {
            assertTrue(line.has(key) || key.equals("max_rss_mb") && !Files.exists(Path.of("/proc")), key);
        }
        assertEquals("infer", line.get("mode").asText());
        assertEquals("FLOAT32", line.get("precision").asText());
        assertEquals(2, line.get("batch").asInt());
        assertEquals(3 * 2 * 8, line.get("real_tokens").asInt());
        assertEquals(3 * 2 * 8, line.get("padded_tokens").asInt());
        assertEquals(3, line.get("warm_up_steps").asInt());
        assertTrue(line.get("total_s").asDouble() >= line.get("median_s").asDouble());
        assertTrue(line.get("median_s").asDouble() > 0);
    }

    @Test
    void trainsOnTextsOfRealLengths() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.tsv"), "1\t好\n0\t不好\n1\t还可以\n0\t太差了！\n");
        JsonNode line = run(
                "model",
                "4",
                "0",
                "train",
                "1",
                "--hidden",
                "32",
                "--threads",
                "1",
                "--steps",
                "2",
                "--lengths",
                "" + texts);
        assertEquals("train", line.get("mode").asText());
        assertEquals(2 * (3 + 4 + 5 + 6), line.get("real_tokens").asInt());
        assertEquals(2 * 4 * 6, line.get("padded_tokens").asInt());
    }

    @Test
    void looksAtMemoryAfterSomeSteps() throws IOException {
        JsonNode line = run("memory", "2", "8", "train", "1", "--hidden", "32", "--threads", "1", "--after", "2,4");
        assertEquals(List.of("2", "4"), line.get("looks").findValuesAsText("step"));
        assertTrue(line.at("/looks/1/heap_mb").asInt() > 0);
    }

    @Test
    void measuresTheMachine() throws IOException {
        JsonNode line = run("machine", "--threads", "1", "--size", "64");
        assertTrue(line.get("gflop_per_s").asDouble() > 0);
        assertTrue(line.get("memory_gb").asInt() > 0);
    }

    private static JsonNode run(String... arguments) throws IOException {
        StringWriter out = new StringWriter();
        int code = Benchmarks.commandLine().setOut(new PrintWriter(out)).execute(arguments);
        assertEquals(0, code);
        assertEquals(1, out.toString().lines().count());
        return JSON.readTree(out.toString());
    }
}
