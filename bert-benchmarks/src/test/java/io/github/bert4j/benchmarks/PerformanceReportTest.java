package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Canvas;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On three made-up rounds of one configuration. */
class PerformanceReportTest {
    private static final String MACHINE = """
            {"configuration":"train-full-fp32","round":0,"side":"machine","time":"2025-01-01T00:00:00Z","commit":"abc",\
            "texts":"texts.tsv","result":{"processor":"Abacus","cores":2,"memory_gb":4,"system":"Linux","java":"17",\
            "threads":2,"precision":"FLOAT32","size":64,"gflop_per_s":100.0}}""";

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>(List.of(MACHINE));

    @Test
    void givesMediansAndRangesOfTimeSpeedAndMemory() throws IOException {
        threeRounds();
        String page = page();
        // 5 steps a run: 10, 12 and 11 s against 11, 24 and 22 s.
        assertRow(page, "| 2.200 (2.000–2.400) | **4.400 (2.200–4.800)** | 0.50 (0.50–0.91) | 3 |");
        assertRow(page, "| 1000 (900–1100) | 2000 (2000–2000) |");
        assertTrue(page.contains("in 1 of 1 configurations"), page);
    }

    @Test
    void comparesWithTheBestOfSeveralPeers() throws IOException {
        threeRounds();
        add(1, "another", 20, 1000, 5120);
        add(2, "another", 21, 1000, 5120);
        add(3, "another", 19, 1000, 5120);
        assertRow(
                page(),
                "| 2.200 (2.000–2.400) | **4.000 (3.800–4.200)** | 4.400 (2.200–4.800) | 0.57 (0.50–0.58) | 3 |");
    }

    @Test
    void dividesTheLeastTimeByTheMeasuredOne() throws IOException {
        threeRounds();
        // 550 GFLOP in 5 steps at 100 GFLOP/s: 1.1 s of 2.2 s.
        assertRow(page(), "| 110 | 1.100 | 50 % |");
    }

    @Test
    void namesMachineVersionsAndCommit() throws IOException {
        threeRounds();
        String page = page();
        for (String expected : List.of("Abacus", "PyTorch 2", "bert4j 1", "commit abc", "8 × 128 tokens, float32")) {
            assertTrue(page.contains(expected), expected);
        }
    }

    @Test
    void leavesOutARoundThatOnlyOneSideFinished() throws IOException {
        threeRounds();
        add(4, "bert4j", 1000, 1, 5120);
        assertTrue(page().contains("| 3 |"));
    }

    @Test
    void reportsMemoryGrowthAndTokenizers() throws IOException {
        threeRounds();
        lines.add(
                line("memory", 1, "bert4j")
                        + "{\"peer\":\"bert4j\",\"mode\":\"train\",\"batch\":8,\"layers\":4,\"looks\":"
                        + "[{\"step\":50,\"resident_mb\":700,\"heap_mb\":90},{\"step\":500,\"resident_mb\":710,\"heap_mb\":95}]}}");
        lines.add(line("tokenizers", 1, "bert4j")
                + "[{\"benchmark\":\"a.B.wordPiece\",\"primaryMetric\":{\"score\":7500000.0}}]}");
        String page = page();
        assertTrue(
                page.contains("700 MiB after step 50, of which the Java heap takes 90; 710 MiB after step 500"), page);
        assertTrue(page.contains("| wordPiece | 7.5 |"), page);
    }

    @Test
    void refusesToCompareDifferentWork() {
        add(1, "bert4j", 10, 900, 5120);
        add(1, "peer", 11, 900, 5119);
        var failure = assertThrows(IllegalArgumentException.class, this::page);
        assertTrue(failure.getMessage().contains("5119"), failure.getMessage());
    }

    @Test
    void saysWhichLineIsDamaged() {
        lines.add("{");
        var failure = assertThrows(IOException.class, this::page);
        assertTrue(failure.getMessage().contains("line 2"), failure.getMessage());
    }

    @Test
    void writesPageAndChart() throws IOException {
        assumeTrue(canDrawText(), "This machine has no fonts");
        threeRounds();
        int code = Benchmarks.commandLine().execute("report", file().toString(), "--out", folder.toString());
        assertEquals(0, code);
        assertTrue(Files.readString(folder.resolve("performance.md")).contains("(performance.png)"));
        assertEquals(
                1200, ImageIO.read(folder.resolve("performance.png").toFile()).getWidth());
    }

    private void threeRounds() {
        add(1, "bert4j", 10, 900, 5120);
        add(1, "peer", 11, 2000, 5120);
        add(2, "bert4j", 12, 1000, 5120);
        add(2, "peer", 24, 2000, 5120);
        add(3, "bert4j", 11, 1100, 5120);
        add(3, "peer", 22, 2000, 5120);
    }

    private void add(int round, String side, double seconds, int megabytes, int tokens) {
        lines.add(line("train-full-fp32", round, side)
                + """
                {"peer":"%s","mode":"train","precision":"FLOAT32","batch":8,"median_s":1,"total_s":%s,"real_tokens":%d,\
                "padded_tokens":%d,"max_rss_mb":%d,"steps":5,"gflop":550}}""".formatted(side.equals("peer") ? "PyTorch 2" : "bert4j 1", seconds, tokens, tokens, megabytes));
    }

    private static String line(String configuration, int round, String side) {
        return """
                {"configuration":"%s","round":%d,"side":"%s","time":"2025-01-01T00:00:01Z","commit":"abc",\
                "texts":"texts.tsv","result":""".formatted(configuration, round, side);
    }

    private String page() throws IOException {
        return new PerformancePage(Records.read(file())).markdown();
    }

    private Path file() throws IOException {
        return Files.write(folder.resolve("lines.jsonl"), lines);
    }

    private static void assertRow(String page, String cells) {
        assertTrue(page.lines().anyMatch(row -> row.endsWith(cells)), page);
    }

    /** Slim containers have neither fonts nor the library that draws them. */
    private static boolean canDrawText() {
        System.setProperty("java.awt.headless", "true");
        try {
            return new Canvas()
                            .getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
                            .stringWidth("a")
                    > 0;
        } catch (LinkageError | RuntimeException | InternalError missing) {
            return false;
        }
    }
}
