package io.github.bert4j.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTableTest {
    @TempDir
    Path folder;

    private final ScoreTable table = new ScoreTable();

    @Test
    void countsEachAnswerOfATextOnce() {
        ScoreTable table = new ScoreTable();
        table.add(
                Set.of("PER a", "PER b", "LOC c"), Set.of("PER a", "LOC d", "ORG e"), answer -> answer.substring(0, 3));
        assertEquals(
                List.of(
                        new ScoreTable.Row(1, "PER", new Score(1, 1, 2)),
                        new ScoreTable.Row(2, "LOC", new Score(0, 1, 1)),
                        new ScoreTable.Row(3, "ORG", new Score(0, 1, 0))),
                table.rows());
        assertEquals(
                "{precision=0.3333333333333333, recall=0.3333333333333333, f1=0.3333333333333333}",
                table.total().metrics().toString());
    }

    @Test
    void computesWhatTheDefinitionsSay() {
        Score score = new Score(3, 4, 6);
        assertEquals(0.75, score.precision());
        assertEquals(0.5, score.recall());
        assertEquals(2 * 0.75 * 0.5 / (0.75 + 0.5), score.f1(), 1e-12);
    }

    @Test
    void isZeroWhereThereIsNothingToDivideBy() {
        assertEquals(0, Score.NONE.precision());
        assertEquals(0, Score.NONE.recall());
        assertEquals(0, Score.NONE.f1());
        assertEquals(0, new Score(0, 3, 4).f1());
    }

    @Test
    void refusesMoreCorrectAnswersThanThereAre() {
        assertThrows(IllegalArgumentException.class, () -> new Score(2, 1, 3));
        assertThrows(IllegalArgumentException.class, () -> new Score(2, 3, 1));
        assertThrows(IllegalArgumentException.class, () -> new Score(-1, 3, 1));
    }

    @Test
    void addsUpLabelsAndPutsTheMostFrequentFirst() {
        fill();
        assertEquals(
                List.of(
                        new ScoreTable.Row(1, "作者", new Score(3, 4, 6)),
                        new ScoreTable.Row(2, "导演", new Score(1, 1, 2)),
                        new ScoreTable.Row(3, "a,\"b\"", new Score(0, 2, 0))),
                table.rows());
        assertEquals(new Score(4, 7, 8), table.total());
    }

    @Test
    void printsATable() {
        fill();
        assertEquals("""
                support precision  recall      f1  label
                      6    0.7500  0.5000  0.6000  作者
                      2    1.0000  0.5000  0.6667  导演
                      0    0.0000  0.0000  0.0000  a,"b"
                      8    0.5714  0.5000  0.5333  micro
                """, table.toString());
    }

    @Test
    void savesCsvInUtf8() throws IOException {
        fill();
        Path file = folder.resolve("scores.csv");
        Files.writeString(file, "an older one");
        table.saveCsv(file);
        assertEquals(
                List.of(
                        "number,label,support,predicted,correct,precision,recall,f1",
                        "1,作者,6,4,3,0.7500,0.5000,0.6000",
                        "2,导演,2,1,1,1.0000,0.5000,0.6667",
                        "3,\"a,\"\"b\"\"\",0,2,0,0.0000,0.0000,0.0000",
                        ",micro,8,7,4,0.5714,0.5000,0.5333"),
                Files.readAllLines(file));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    private void fill() {
        table.add("导演", new Score(1, 1, 2));
        table.add("作者", new Score(1, 1, 3));
        table.add("a,\"b\"", new Score(0, 2, 0));
        table.add("作者", new Score(2, 3, 3));
    }
}
