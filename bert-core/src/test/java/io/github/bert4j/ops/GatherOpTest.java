package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;

class GatherOpTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void takesOnePositionOfEverySample(int position) {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new GatherOp(small.variable("x", 2, 4, 3), position).output();
            assertArrayEquals(new long[] {2, 3}, small.shape(output));
            small.assertFollows(values -> gather(values[0], position, position), output, 1e-6);
        }
    }

    @Test
    void takesPositionsOfEachSampleAndAddsTheGradientsOfRepeatedOnes() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new GatherOp(
                            small.variable("x", 2, 4, 3), small.ints("positions", new int[] {1, 1, 3, 0, 2, 0}, 2, 3))
                    .output();
            assertArrayEquals(new long[] {2, 3, 3}, small.shape(output));
            small.assertFollows(
                    values -> {
                        double[] first = gather(values[0], 1, 0);
                        double[] second = gather(values[0], 1, 2);
                        double[] third = gather(values[0], 3, 0);
                        double[] all = new double[18];
                        for (int k = 0; k < 3; k++) {
                            for (int sample = 0; sample < 2; sample++) {
                                all[sample * 9 + k] = first[sample * 3 + k];
                                all[sample * 9 + 3 + k] = second[sample * 3 + k];
                                all[sample * 9 + 6 + k] = third[sample * 3 + k];
                            }
                        }
                        return all;
                    },
                    output,
                    1e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4})
    void refusesAPositionOutsideOfTheSequence(int position) {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 2, 4, 3);
            SDVariable fixed = new GatherOp(x, position).output();
            SDVariable perSample = new GatherOp(x, small.ints("positions", new int[] {0, position}, 2, 1)).output();
            assertTrue(assertThrows(IllegalArgumentException.class, () -> small.run(fixed))
                    .getMessage()
                    .startsWith("Position " + position + " of sample 0"));
            assertTrue(assertThrows(IllegalArgumentException.class, () -> small.run(perSample))
                    .getMessage()
                    .startsWith("Position " + position + " of sample 1"));
        }
    }

    @Test
    void refusesPositionsOfAnotherBatch() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new GatherOp(
                            small.variable("x", 2, 4, 3), small.ints("positions", new int[] {0, 1, 2, 3}, 4, 1))
                    .output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertTrue(message.contains("4 samples do not fit a batch of 2"), message);
        }
    }

    /** Of [2, 4, 3], one position of the first sample and one of the second. */
    private static double[] gather(double[] x, int ofFirst, int ofSecond) {
        double[] rows = new double[6];
        System.arraycopy(x, ofFirst * 3, rows, 0, 3);
        System.arraycopy(x, 12 + ofSecond * 3, rows, 3, 3);
        return rows;
    }
}
