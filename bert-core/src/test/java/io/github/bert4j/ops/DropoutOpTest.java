package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.kernels.DropoutMask;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;

class DropoutOpTest {
    private static final int COUNT = 200_000;

    /** Of a fair mask's statistics, one in 16,000 lies further out than this many standard deviations. */
    private static final double DEVIATIONS = 4;

    @ParameterizedTest
    @ValueSource(floats = {0.1f, 0.5f, 0.9f})
    void dropsTheGivenFractionAndScalesTheRest(float rate) {
        float[] mask = mask(new Step(true, 42, 0), 0, rate);
        double bound = DEVIATIONS * Math.sqrt(rate * (1 - rate) / COUNT);
        assertEquals(rate, dropped(mask) / (double) COUNT, bound);
        for (float factor : mask) {
            assertTrue(factor == 0 || Math.abs(factor - 1 / (1 - rate)) < 1e-6, "factor " + factor);
        }
    }

    @Test
    void drawsAnIndependentMaskForEachStepOpAndSeed() {
        Step step = new Step(true, 42, 0);
        float[] mask = mask(step, 0, 0.5f);
        assertArrayEquals(mask, mask(step, 0, 0.5f));
        for (int other = 1; other <= 8; other++) {
            assertUncorrelated(mask, mask(new Step(true, 42, other), 0, 0.5f), 0, "step " + other);
            assertUncorrelated(mask, mask(step, other, 0.5f), 0, "op " + other);
            assertUncorrelated(mask, mask(new Step(true, 42 + other, 0), 0, 0.5f), 0, "seed " + other);
        }
        // A step of one op must not be the next step of its neighbour.
        assertUncorrelated(
                mask(new Step(true, 42, 1), 0, 0.5f), mask(new Step(true, 42, 0), 1, 0.5f), 0, "step against op");
    }

    @Test
    void doesNotTieAnElementToItsNeighbours() {
        float[] mask = mask(new Step(true, 42, 3), 1, 0.5f);
        float[] next = mask(new Step(true, 42, 4), 1, 0.5f);
        for (int distance : new int[] {1, 2, 3, 4, 8, 64, 128, 512, 768, 1024, 4096}) {
            assertUncorrelated(mask, mask, distance, "distance " + distance);
            assertUncorrelated(mask, next, distance, "distance " + distance + ", next step");
        }
    }

    @Test
    void isTheSameMaskInPieces() {
        DropoutMask mask = new Step(true, 1, 2).mask(3, 0.5f);
        float[] whole = ones(1000);
        mask.apply(whole, 1000, 5_000_000_000L);
        for (int start = 0; start < 1000; start += 100) {
            float[] piece = ones(100);
            mask.apply(piece, 100, 5_000_000_000L + start);
            assertArrayEquals(Arrays.copyOfRange(whole, start, start + 100), piece);
        }
    }

    @Test
    void givesTheGradientTheSameMask() {
        Step step = new Step(true, 42, 7);
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 10, 50);
            SDVariable dropped = new DropoutOp(0.3f, 4, x).output();
            float[] mask = ones(500);
            step.mask(4, 0.3f).apply(mask, 500, 0);
            small.assertFollows(
                    values -> {
                        double[] y = values[0].clone();
                        for (int i = 0; i < y.length; i++) {
                            y[i] *= mask[i];
                        }
                        return y;
                    },
                    dropped,
                    step,
                    1e-6);
        }
    }

    @Test
    void changesNothingOutsideOfTrainingOrAtRateZero() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 10, 50);
            float[] values = x.getArr().dup().data().asFloat();
            assertArrayEquals(values, small.run(new DropoutOp(0.3f, 4, x).output()));
            assertArrayEquals(values, small.run(new DropoutOp(0, 4, x).output(), new Step(true, 1, 1)));
            SDVariable gradient = Gradients.of(
                            new DropoutOp(0.3f, 4, x).output().sum(), List.of(x))
                    .get(x);
            assertArrayEquals(ones(500), small.run(gradient));
        }
    }

    private static float[] mask(Step step, int salt, float rate) {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("x", ones(COUNT), COUNT);
            return small.run(new DropoutOp(rate, salt, x).output(), step);
        }
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static long dropped(float[] mask) {
        long dropped = 0;
        for (float factor : mask) {
            dropped += factor == 0 ? 1 : 0;
        }
        return dropped;
    }

    /** For masks of rate one half: the mean of the products of signs has deviation 1/√n. */
    private static void assertUncorrelated(float[] a, float[] b, int distance, String what) {
        int count = a.length - distance;
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (a[i] == 0) == (b[i + distance] == 0) ? 1 : -1;
        }
        assertEquals(0, (double) sum / count, DEVIATIONS / Math.sqrt(count), what);
    }
}
