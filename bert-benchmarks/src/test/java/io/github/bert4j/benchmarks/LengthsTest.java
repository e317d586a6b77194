package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LengthsTest {
    @TempDir
    private Path folder;

    /** Printed by {@code random.seed(0); n = list(range(20)); random.shuffle(n); print(n)} in Python 3.11. */
    @Test
    void shufflesAsPythonDoes() {
        int[] values = IntStream.range(0, 20).toArray();
        Lengths.shuffle(values);
        assertArrayEquals(new int[] {10, 18, 16, 14, 0, 17, 11, 2, 3, 9, 5, 7, 4, 19, 6, 15, 8, 1, 13, 12}, values);
    }

    @Test
    void countsCharactersOutsideTheBasicPlaneOnce() throws IOException {
        assertArrayEquals(
                new int[] {5}, Lengths.ofTexts(file("1\t好😀！\n"), 1, 1).get(0));
    }

    @Test
    void cutsTextsAt100Characters() throws IOException {
        assertArrayEquals(
                new int[] {102},
                Lengths.ofTexts(file("1\t" + "好".repeat(101) + "\n"), 1, 1).get(0));
    }

    @Test
    void startsAgainWhenTheTextsEnd() throws IOException {
        List<int[]> batches = Lengths.ofTexts(file("1\ta\n0\tbb\n1\tccc\n"), 2, 3);
        assertEquals(2 * (3 + 4 + 5), batches.stream().mapToInt(Lengths::real).sum());
        assertArrayEquals(
                new int[] {2, 2, 2}, batches.stream().mapToInt(b -> b.length).toArray());
    }

    @Test
    void padsABatchToItsLongest() {
        assertEquals(15, Lengths.padded(new int[] {3, 5, 4}));
        assertEquals(12, Lengths.real(new int[] {3, 5, 4}));
    }

    @Test
    void saysWhichLineHasNoTab() throws IOException {
        Path file = file("1\ta\nb\n");
        var failure = assertThrows(IOException.class, () -> Lengths.ofTexts(file, 1, 1));
        assertTrue(failure.getMessage().contains("line 2"), failure.getMessage());
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Path file = file("");
        assertThrows(IOException.class, () -> Lengths.ofTexts(file, 1, 1));
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("texts.tsv"), content);
    }
}
