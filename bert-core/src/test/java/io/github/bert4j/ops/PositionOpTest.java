package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PositionOpTest {
    /** A padded row, one with a zero in its middle, one of padding only, a full one: packed rows 7 8 | 5 6 | | 1 2 3 4. */
    private static final int[] TOKENS = {
        7, 8, 0, 0, //
        5, 0, 6, 0, //
        0, 0, 0, 0, //
        1, 2, 3, 4
    };

    private static final int[] STARTS = {0, 2, 4, 4, 8};

    @Test
    void findsThePackedRowsOfAPosition() {
        assertFinds(0, new float[] {0, 2, 0, 4}, new float[] {1, 1, 0, 1});
        assertFinds(1, new float[] {1, 0, 0, 5}, new float[] {1, 0, 0, 1});
        assertFinds(2, new float[] {0, 3, 0, 6}, new float[] {0, 1, 0, 1});
        assertFinds(3, new float[] {0, 0, 0, 7}, new float[] {0, 0, 0, 1});
    }

    @Test
    void refusesAPositionOutsideOfTheSequences() {
        try (SmallGraph small = new SmallGraph()) {
            PositionOp.Found found = found(small, 4);
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(found.rows()))
                    .getMessage();
            assertEquals("Position 4 of sample 0 is outside of its sequence: expected 0 to 3", message);
        }
    }

    private static void assertFinds(int position, float[] rows, float[] present) {
        try (SmallGraph small = new SmallGraph()) {
            PositionOp.Found found = found(small, position);
            assertArrayEquals(rows, small.run(found.rows()));
            assertArrayEquals(present, small.run(found.present()));
            assertArrayEquals(new long[] {4, 1}, small.shape(found.present()));
            assertArrayEquals(new float[] {0, 1, 2, 3, 4}, small.run(found.starts()));
        }
    }

    private static PositionOp.Found found(SmallGraph small, int position) {
        return new PositionOp(
                        position, 0, small.ints("tokens", TOKENS, 4, 4), small.ints("starts", STARTS, STARTS.length))
                .found();
    }
}
