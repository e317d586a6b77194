package io.github.bert4j.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

    /** The example of scikit-learn's confusion_matrix. */
    @Test
    void countsGoldLabelsByRow() {
        ConfusionMatrix matrix = ConfusionMatrix.of(
                List.of("cat", "ant", "cat", "cat", "ant", "bird"), List.of("ant", "ant", "cat", "cat", "ant", "cat"));
        assertEquals(List.of("ant", "bird", "cat"), matrix.labels());
        assertArrayEquals(new int[][] {{2, 0, 0}, {0, 0, 1}, {1, 0, 2}}, matrix.counts());
        assertEquals(1, matrix.count("bird", "cat"));
        assertEquals(0, matrix.count("cat", "bird"));
    }

    @Test
    void hasLabelsThatAreOnlyPredicted() {
        ConfusionMatrix matrix = ConfusionMatrix.of(List.of("a"), List.of("b"));
        assertEquals(1, matrix.count("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> matrix.count("a", "c"));
        assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.of(List.of("a"), List.of()));
    }
}
