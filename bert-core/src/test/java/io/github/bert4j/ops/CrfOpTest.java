package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class CrfOpTest {
    private static final int LENGTH = 4;
    private static final int TAGS = 3;
    private static final int[] LABELS = {0, 2, 1, 1, 2, 0, 9, 9, 1, -1, 2, 0, 0, 0, 0, 0};
    /** Full, short, with a hole and with a late start, and none at all. */
    private static final float[] MASK = {1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0};

    @Test
    void isTheSumOverAllTagSequencesAndItsGradient() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = op(small, 4, LABELS, MASK);
            assertArrayEquals(new long[] {4}, small.shape(output));
            small.assertFollows(
                    values -> IntStream.range(0, 4)
                            .mapToDouble(sample -> loss(positions(sample), values))
                            .toArray(),
                    output,
                    1e-6);
        }
    }

    @Test
    void survivesHugeScores() {
        float[] emissions = {1e4f, -1e4f, 0, 1e4f, -1e4f, 0};
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("emissions", emissions, 1, 2, 3);
            SDVariable output = new CrfOp(
                            x,
                            small.ints("tags", new int[] {0, 2}, 1, 2),
                            small.floats("mask", new float[] {1, 1}, 1, 2),
                            small.floats("transitions", new float[9], 3, 3),
                            small.floats("starts", new float[3], 3),
                            small.floats("ends", new float[3], 3))
                    .output();
            assertArrayEquals(new float[] {10_000}, small.run(output));
            float[] gradient = small.run(Gradients.of(output.sum(), List.of(x)).get(x));
            assertArrayEquals(new float[] {0, 0, 0, 1, 0, -1}, gradient, 1e-7f);
        }
    }

    @Test
    void findsTheBestOfAllTagSequences() {
        for (int seed = 0; seed < 50; seed++) {
            double[][] values = {
                random(seed, LENGTH * TAGS),
                random(seed + 100, TAGS * TAGS),
                random(seed + 200, TAGS),
                random(seed, TAGS)
            };
            int[] positions = seed % 2 == 0 ? new int[] {0, 1, 2, 3} : new int[] {0, 2};
            int[] best = null;
            for (int[] path : paths(positions.length)) {
                if (best == null || score(path, positions, values) > score(best, positions, values)) {
                    best = path;
                }
            }
            var scores = new LinearChain.Scores(floats(values[1]), floats(values[2]), floats(values[3]));
            assertArrayEquals(best, new LinearChain(floats(values[0]), positions, scores).bestPath());
        }
    }

    @Test
    void refusesATagThatTheModelDoesNotHave() {
        try (SmallGraph small = new SmallGraph()) {
            int[] labels = {0, 1, 2, 0, 0, 3, 0, 0};
            SDVariable output = op(small, 2, labels, new float[] {1, 1, 1, 1, 1, 1, 1, 1});
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertEquals(
                    "Tag 3 (position 1 of sample 1) is not one of the model's: expected 0 to 2, or a mask of 0",
                    message);
        }
    }

    @Test
    void refusesAMaskOfAnotherShape() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new CrfOp(
                            small.variable("emissions", 1, 2, 3),
                            small.ints("tags", new int[] {0, 2}, 1, 2),
                            small.floats("mask", new float[] {1, 1, 1}, 1, 3),
                            small.variable("transitions", 3, 3),
                            small.variable("starts", 3),
                            small.variable("ends", 3))
                    .output();
            String message = assertThrows(IllegalArgumentException.class, () -> small.run(output))
                    .getMessage();
            assertTrue(message.contains("shape [1, 3] do not fit emissions of shape [1, 2, 3]"), message);
        }
    }

    private static SDVariable op(SmallGraph small, int batch, int[] labels, float[] mask) {
        return new CrfOp(
                        small.variable("emissions", batch, LENGTH, TAGS),
                        small.ints("tags", labels, batch, LENGTH),
                        small.floats("mask", mask, batch, LENGTH),
                        small.variable("transitions", TAGS, TAGS),
                        small.variable("starts", TAGS),
                        small.variable("ends", TAGS))
                .output();
    }

    private static int[] positions(int sample) {
        return IntStream.range(sample * LENGTH, (sample + 1) * LENGTH)
                .filter(i -> MASK[i] == 1)
                .toArray();
    }

    private static double loss(int[] positions, double[][] values) {
        if (positions.length == 0) {
            return 0;
        }
        double all = paths(positions.length).stream()
                .mapToDouble(path -> Math.exp(score(path, positions, values)))
                .sum();
        int[] gold = IntStream.of(positions).map(i -> LABELS[i]).toArray();
        return -Math.log(Math.exp(score(gold, positions, values)) / all);
    }

    /** Of emissions, transitions, starts and ends. */
    private static double score(int[] path, int[] positions, double[][] values) {
        double score = values[2][path[0]] + values[3][path[path.length - 1]];
        for (int i = 0; i < path.length; i++) {
            score += values[0][positions[i] * TAGS + path[i]];
            if (i > 0) {
                score += values[1][path[i - 1] * TAGS + path[i]];
            }
        }
        return score;
    }

    private static List<int[]> paths(int length) {
        return IntStream.range(0, (int) Math.pow(TAGS, length))
                .mapToObj(number -> IntStream.range(0, length)
                        .map(i -> number / (int) Math.pow(TAGS, i) % TAGS)
                        .toArray())
                .toList();
    }

    /** As float32 has them. */
    private static double[] random(long seed, int count) {
        return Arrays.stream(SmallGraph.random(seed, count))
                .map(value -> (float) value)
                .toArray();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
