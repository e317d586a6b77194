package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InitializerTest {
    private static final Shape KERNEL = Shape.of(300, 200);

    @Test
    void drawsGlorotUniformValues() {
        float[] values = fill(Initializer.glorotUniform(), 1);
        double limit = Math.sqrt(6.0 / 500);
        // A uniform distribution has deviation limit/√3; 60,000 draws reach within a thousandth of its ends.
        assertStatistics(values, limit / Math.sqrt(3));
        assertEquals(limit, largest(values), limit / 1000);
        assertTrue(largest(values) <= (float) limit);
    }

    @Test
    void drawsNormalValuesWithoutTails() {
        float[] values = fill(Initializer.truncatedNormal(0.02), 1);
        // Cut off at two deviations, a normal distribution keeps 0.8796 of its deviation.
        assertStatistics(values, 0.8796 * 0.02);
        assertEquals(0.04, largest(values), 0.0001);
        assertTrue(largest(values) <= 0.04f);
        // Φ(1) - Φ(-1) = 0.6827 of the 0.9545 that is left.
        double inside = 0;
        for (float value : values) {
            inside += Math.abs(value) < 0.02 ? 1 : 0;
        }
        assertEquals(0.6827 / 0.9545, inside / values.length, 0.008);
    }

    @Test
    void fillsWithConstants() {
        for (float value : fill(Initializer.zeros(), 1)) {
            assertEquals(0, value);
        }
        for (float value : fill(Initializer.ones(), 1)) {
            assertEquals(1, value);
        }
    }

    @Test
    void dependsOnTheSeedAndTheNameOnly() {
        assertArrayEquals(weight(1, "a", false), weight(1, "a", true));
        assertFalse(Arrays.equals(weight(1, "a", false), weight(2, "a", false)));
        assertFalse(Arrays.equals(weight(1, "a", false), weight(1, "b", false)));
    }

    private static float[] weight(long seed, String name, boolean afterAnother) {
        try (Graph graph = new Graph(seed)) {
            if (afterAnother) {
                graph.weight("another", Shape.of(3, 3), Initializer.glorotUniform());
            }
            return graph.weight(name, Shape.of(3, 3), Initializer.glorotUniform())
                    .values();
        }
    }

    private static float[] fill(Initializer initializer, long seed) {
        float[] values = new float[60_000];
        Arrays.fill(values, Float.NaN);
        initializer.fill(values, KERNEL, new SplittableRandom(seed));
        return values;
    }

    /** Mean 0 and the given deviation, within four standard errors. */
    private static void assertStatistics(float[] values, double deviation) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        assertEquals(0, sum / values.length, 4 * deviation / Math.sqrt(values.length));
        assertEquals(deviation, Math.sqrt(squares / values.length), 0.02 * deviation);
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
