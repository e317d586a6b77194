package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;

class EmbeddingOpTest {

    @Test
    void looksRowsUpAndAddsTheGradientsOfRepeatedIds() {
        int[] ids = {4, 1, 4, 4, 0, 1};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable table = small.variable("table", 5, 3);
            SDVariable output = new EmbeddingOp(small.ints("ids", ids, 2, 3), table).output();
            assertArrayEquals(new long[] {2, 3, 3}, small.shape(output));
            small.assertFollows(values -> lookup(values[0], 3, ids), output, 1e-6);
        }
    }

    @Test
    void sumsTheRowsOfSeveralTables() {
        int[] words = {4, 1, 4, 2};
        int[] positions = {0, 1, 0, 1};
        int[] segments = {0, 0, 0, 0};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new EmbeddingOp(
                            small.ints("words", words, 4),
                            small.variable("wordTable", 5, 3),
                            small.ints("positions", positions, 4),
                            small.variable("positionTable", 2, 3),
                            small.ints("segments", segments, 4),
                            small.variable("segmentTable", 2, 3))
                    .output();
            small.assertFollows(
                    values -> {
                        double[] sum = lookup(values[0], 3, words);
                        double[] second = lookup(values[1], 3, positions);
                        double[] third = lookup(values[2], 3, segments);
                        for (int i = 0; i < sum.length; i++) {
                            sum[i] += second[i] + third[i];
                        }
                        return sum;
                    },
                    output,
                    1e-6);
        }
    }

    @Test
    void losesNoGradientWhereThousandsOfIdsRepeat() {
        int count = 20_000;
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = i % 2;
        }
        try (SmallGraph small = new SmallGraph()) {
            SDVariable table = small.variable("table", 2, 16);
            SDVariable loss = new EmbeddingOp(small.ints("ids", ids, count), table)
                    .output()
                    .sum();
            Map<SDVariable, SDVariable> gradients = Gradients.of(loss, List.of(table));
            for (int run = 0; run < 5; run++) {
                for (float gradient : small.run(gradients.get(table))) {
                    assertEquals(count / 2, gradient);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5})
    void refusesAnIdOutsideOfItsTableByTheTablesName(int id) {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable table = small.variable("words", 5, 3);
            SDVariable output = new EmbeddingOp(small.ints("ids", new int[] {1, id}, 1, 2), table).output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertTrue(message.startsWith("Id " + id + " (element 1"), message);
            assertTrue(message.contains("words, which has 5 rows: expected 0 to 4"), message);
        }
    }

    private static double[] lookup(double[] table, int width, int[] ids) {
        double[] rows = new double[ids.length * width];
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(table, ids[i] * width, rows, i * width, width);
        }
        return rows;
    }
}
