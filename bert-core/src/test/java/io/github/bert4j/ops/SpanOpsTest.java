package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class SpanOpsTest {
    private static final int BATCH = 2;
    private static final int LENGTH = 3;
    private static final int HEADS = 2;
    private static final int SIZE = 4;
    private static final float[] MASK = {1, 1, 1, 1, 1, 0};

    @Test
    void scoresAreScaledInnerProductsOfRotatedVectors() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable scores = scores(small);
            assertArrayEquals(new long[] {BATCH, HEADS, LENGTH, LENGTH}, small.shape(scores));
            float[] possible = new float[BATCH * HEADS * LENGTH * LENGTH];
            for (int i = 0; i < possible.length; i++) {
                possible[i] = isPossible(i) ? 1 : 0;
                assertEquals(possible[i] == 0, small.run(scores)[i] == SpanScoresOp.IMPOSSIBLE);
            }
            // Numeric differences are lost beside numbers as large as that of impossible stretches.
            SDVariable others = scores.mul(small.floats("possible", possible, BATCH, HEADS, LENGTH, LENGTH));
            small.assertFollows(
                    values -> {
                        double[] expected = scores(values[0], values[1]);
                        for (int i = 0; i < expected.length; i++) {
                            expected[i] *= possible[i];
                        }
                        return expected;
                    },
                    others,
                    2e-6);
        }
    }

    @Test
    void impossibleStretchesPassNoGradientEvenToALossThatReadsThem() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable queries = small.variable("queries", BATCH, LENGTH, HEADS * SIZE);
            SDVariable keys = small.variable("keys", BATCH, LENGTH, HEADS * SIZE);
            SDVariable mask = small.floats("mask", new float[BATCH * LENGTH], BATCH, LENGTH);
            SDVariable scores = new SpanScoresOp(queries, keys, mask, SIZE).output();
            for (float score : small.run(scores)) {
                assertEquals(SpanScoresOp.IMPOSSIBLE, score);
            }
            SDVariable gradient = Gradients.of(scores.sum(), List.of(queries)).get(queries);
            assertArrayEquals(new float[BATCH * LENGTH * HEADS * SIZE], small.run(gradient), Float.MIN_VALUE);
        }
    }

    /** The first sample has two spans of one head, one of them twice, and one of the other; the second has none. */
    @Test
    void theLossFollowsTheDefinition() {
        int[] spans = {0, 0, 1, 0, 2, 2, 1, 1, 1, 0, 2, 2, -1, -1, -1, -1, 7, 0, -1, 0, 0, -1, -1, -1};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SpanCrossEntropyOp(
                            small.variable("scores", BATCH, HEADS, LENGTH, LENGTH),
                            small.ints("spans", spans, BATCH, 4, 3))
                    .output();
            assertArrayEquals(new long[] {BATCH, HEADS}, small.shape(output));
            boolean[] right = new boolean[BATCH * HEADS * LENGTH * LENGTH];
            right[1] = true;
            right[8] = true;
            right[9 + 4] = true;
            small.assertFollows(values -> losses(values[0], right), output, 1e-6);
        }
    }

    @Test
    void theLossOfScoresIsDifferentiatedThroughBothOps() {
        int[] spans = {0, 0, 1, 1, 2, 2, 1, 0, 0, 0, 1, 1};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SpanCrossEntropyOp(scores(small), small.ints("spans", spans, BATCH, 2, 3)).output();
            boolean[] right = new boolean[BATCH * HEADS * LENGTH * LENGTH];
            right[1] = true;
            right[9 + 8] = true;
            right[27] = true;
            right[18 + 4] = true;
            small.assertFollows(values -> losses(scores(values[0], values[1]), right), output, 2e-6);
        }
    }

    @Test
    void theLossSurvivesHugeScoresAndKeepsSmallOnes() {
        float[] scores = {1e4f, -1e4f, -1e12f, 1e4f, 20, -20, -1e12f, -20};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("scores", scores, 1, 2, 2, 2);
            SDVariable output =
                    new SpanCrossEntropyOp(x, small.ints("spans", new int[] {0, 0, 1, 1, 0, 0}, 1, 2, 3)).output();
            // log(2 e^10000) + log(e^10000); log(1 + 2 e^-20) + log(1 + e^-20), which are the arguments less 1.
            float small3 = (float) (3 * Math.exp(-20));
            float[] losses = small.run(output);
            assertEquals(20_000 + Math.log(2), losses[0], 2e-3);
            assertEquals(small3, losses[1], 1e-6 * small3);
            float tiny = (float) Math.exp(-20);
            float[] gradient = small.run(Gradients.of(output.sum(), List.of(x)).get(x));
            assertArrayEquals(new float[] {0.5f, -1, 0, 0.5f, -tiny, tiny, 0, tiny}, gradient, 1e-7f);
            assertEquals(tiny, gradient[7], 1e-6 * tiny);
        }
    }

    @Test
    void refusesASpanThatEndsBeforeItStarts() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new SpanCrossEntropyOp(
                            small.variable("scores", 1, 2, 3, 3), small.ints("spans", new int[] {1, 2, 1}, 1, 1, 3))
                    .output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertEquals(
                    "Span (head 1, start 2, end 1) of sample 0: expected a head from 0 to 1, or one below 0 for none, and 0 ≤ start ≤ end < 3",
                    message);
        }
    }

    private static SDVariable scores(SmallGraph small) {
        SDVariable mask = small.floats("mask", MASK, BATCH, LENGTH);
        return new SpanScoresOp(
                        small.variable("queries", BATCH, LENGTH, HEADS * SIZE),
                        small.variable("keys", BATCH, LENGTH, HEADS * SIZE),
                        mask,
                        SIZE)
                .output();
    }

    /** The product depends on the distance alone: Re Σ q k* e^(i (m - n) θ), each pair being a complex number. */
    private static double[] scores(double[] queries, double[] keys) {
        double[] scores = new double[BATCH * HEADS * LENGTH * LENGTH];
        for (int i = 0; i < scores.length; i++) {
            int end = i % LENGTH;
            int start = i / LENGTH % LENGTH;
            int head = i / LENGTH / LENGTH % HEADS;
            int sample = i / LENGTH / LENGTH / HEADS;
            if (!isPossible(i)) {
                scores[i] = -1e12;
                continue;
            }
            int q = ((sample * LENGTH + start) * HEADS + head) * SIZE;
            int k = ((sample * LENGTH + end) * HEADS + head) * SIZE;
            for (int pair = 0; pair < SIZE; pair += 2) {
                double angle = (start - end) / Math.pow(10_000, (double) pair / SIZE);
                double real = queries[q + pair] * keys[k + pair] + queries[q + pair + 1] * keys[k + pair + 1];
                double imaginary = queries[q + pair + 1] * keys[k + pair] - queries[q + pair] * keys[k + pair + 1];
                scores[i] += (real * Math.cos(angle) - imaginary * Math.sin(angle)) / 2;
            }
        }
        return scores;
    }

    /** Everything in the first sample, nothing in the last position of the second. */
    private static boolean isPossible(int score) {
        int end = score % LENGTH;
        int start = score / LENGTH % LENGTH;
        int sample = score / LENGTH / LENGTH / HEADS;
        return start <= end && MASK[sample * LENGTH + start] == 1 && MASK[sample * LENGTH + end] == 1;
    }

    private static double[] losses(double[] scores, boolean[] right) {
        double[] losses = new double[BATCH * HEADS];
        for (int row = 0; row < losses.length; row++) {
            double wrong = 1;
            double found = 1;
            for (int i = row * LENGTH * LENGTH; i < (row + 1) * LENGTH * LENGTH; i++) {
                if (right[i]) {
                    found += Math.exp(-scores[i]);
                } else {
                    wrong += Math.exp(scores[i]);
                }
            }
            losses[row] = Math.log(wrong) + Math.log(found);
        }
        return losses;
    }
}
