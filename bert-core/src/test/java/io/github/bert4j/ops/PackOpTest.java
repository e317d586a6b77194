package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

/** Packing and its way back, {@link UnpackOp}. */
class PackOpTest {
    /** A padded row, one with a zero in its middle, one of padding only, a full one. */
    private static final int[] TOKENS = {
        7, 8, 0, 0, //
        5, 0, 6, 0, //
        0, 0, 0, 0, //
        1, 2, 3, 4
    };

    private static final int[] SEGMENTS = {
        0, 1, 0, 0, //
        1, 1, 0, 0, //
        0, 0, 0, 0, //
        0, 0, 1, 1
    };

    @Test
    void keepsWhatIsNotPadding() {
        try (SmallGraph small = new SmallGraph()) {
            PackOp.Packed packed = pack(small, 4);
            assertArrayEquals(new float[] {7, 8, 5, 6, 1, 2, 3, 4}, small.run(packed.tokens()));
            assertArrayEquals(new float[] {0, 1, 1, 0, 0, 0, 1, 1}, small.run(packed.segments()));
            assertArrayEquals(new float[] {0, 1, 0, 2, 0, 1, 2, 3}, small.run(packed.positions()));
            assertArrayEquals(new float[] {0, 1, 4, 6, 12, 13, 14, 15}, small.run(packed.rows()));
            assertArrayEquals(new float[] {0, 2, 4, 4, 8}, small.run(packed.starts()));
        }
    }

    @Test
    void putsRowsBackWithZerosAtPadding() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable rows = small.variable("rows", 8, 3);
            SDVariable tokens = small.ints("tokens", TOKENS, 4, 4);
            PackOp.Packed packed = new PackOp(4, 0, 0, tokens, small.ints("segments", SEGMENTS, 4, 4)).packed();
            SDVariable output = new UnpackOp(rows, packed.rows(), tokens).output();
            assertArrayEquals(new long[] {4, 4, 3}, small.shape(output));
            small.assertFollows(
                    values -> {
                        double[] batch = new double[TOKENS.length * 3];
                        int next = 0;
                        for (int i = 0; i < TOKENS.length; i++) {
                            if (TOKENS[i] != 0) {
                                System.arraycopy(values[0], 3 * next++, batch, 3 * i, 3);
                            }
                        }
                        return batch;
                    },
                    output,
                    1e-6);
        }
    }

    @Test
    void refusesABatchOfNothingButPadding() {
        try (SmallGraph small = new SmallGraph()) {
            PackOp.Packed packed = new PackOp(
                            4, 0, 0, small.ints("tokens", new int[6], 2, 3), small.ints("segments", new int[6], 2, 3))
                    .packed();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(packed.rows()))
                    .getMessage();
            assertTrue(message.contains("[2, 3] holds nothing but padding"), message);
        }
    }

    @Test
    void refusesMoreTokensThanPositions() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable rows = pack(small, 3).rows();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(rows))
                    .getMessage();
            assertTrue(message.contains("4 tokens long, but the model has 3 positions"), message);
        }
    }

    @Test
    void refusesSegmentsOfAnotherShape() {
        try (SmallGraph small = new SmallGraph()) {
            PackOp.Packed packed = new PackOp(
                            4, 0, 0, small.ints("tokens", TOKENS, 4, 4), small.ints("segments", new int[8], 4, 2))
                    .packed();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(packed.segments()))
                    .getMessage();
            assertTrue(message.contains("[4, 2] do not fit token ids of shape [4, 4]"), message);
        }
    }

    private static PackOp.Packed pack(SmallGraph small, int maxLength) {
        return new PackOp(maxLength, 0, 0, small.ints("tokens", TOKENS, 4, 4), small.ints("segments", SEGMENTS, 4, 4))
                .packed();
    }
}
