package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class AttentionOpTest {
    private static final int HEADS = 2;
    private static final int SIZE = 3;

    /** Four sequences: three rows, none, one, two. */
    private static final int[] STARTS = {0, 3, 3, 4, 6};

    @Test
    void attendsWithinEachSequence() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = attention(small, 0.5f);
            assertArrayEquals(new long[] {6, HEADS * SIZE}, small.shape(output));
            small.assertFollows(values -> attend(values[0], values[1], values[2], STARTS, null), output, 2e-6);
        }
    }

    @Test
    void dropsProbabilitiesWhileTraining() {
        Step step = new Step(true, 9, 1);
        float[] mask = new float[HEADS * (9 + 1 + 4)];
        Arrays.fill(mask, 1);
        step.mask(6, 0.5f).apply(mask, mask.length, 0);
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = attention(small, 0.5f);
            small.assertFollows(values -> attend(values[0], values[1], values[2], STARTS, mask), output, step, 2e-6);
        }
    }

    @Test
    void attendsWithOtherQueriesThanKeysAndGivesZerosWhereThereAreNoKeys() {
        // Two queries without a key, none for one key.
        int[] queryStarts = {0, 1, 3, 3, 6};
        Step step = new Step(true, 9, 1);
        float[] mask = new float[HEADS * (3 + 6)];
        Arrays.fill(mask, 1);
        step.mask(6, 0.5f).apply(mask, mask.length, 0);
        try (SmallGraph small = new SmallGraph()) {
            SDVariable output = new AttentionOp(
                            HEADS,
                            0.5f,
                            6,
                            small.variable("query", 6, HEADS * SIZE),
                            small.variable("key", 6, HEADS * SIZE),
                            small.variable("value", 6, HEADS * SIZE),
                            small.ints("queryStarts", queryStarts, queryStarts.length),
                            small.ints("keyStarts", STARTS, STARTS.length),
                            RelationKind.NONE)
                    .output();
            small.assertFollows(
                    values -> attend(values[0], values[1], values[2], queryStarts, mask), output, step, 2e-6);
        }
    }

    @Test
    void attendsInASingleRow() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable value = small.variable("value", 1, 4);
            SDVariable starts = small.ints("starts", new int[] {0, 1}, 2);
            SDVariable output = new AttentionOp(
                            1,
                            0,
                            0,
                            small.floats("query", new float[4], 1, 4),
                            small.floats("key", new float[4], 1, 4),
                            value,
                            starts,
                            starts,
                            RelationKind.NONE)
                    .output();
            small.assertFollows(values -> values[0], output, 1e-6);
        }
    }

    @Test
    void survivesLargeScores() {
        try (SmallGraph small = new SmallGraph()) {
            float[] large = {1000, -1000};
            SDVariable starts = small.ints("starts", new int[] {0, 2}, 2);
            SDVariable output = new AttentionOp(
                            1,
                            0,
                            0,
                            small.floats("query", large, 2, 1),
                            small.floats("key", large, 2, 1),
                            small.variable("value", new double[] {3, 5}, 2, 1),
                            starts,
                            starts,
                            RelationKind.NONE)
                    .output();
            assertArrayEquals(new float[] {3, 5}, small.run(output));
        }
    }

    @Test
    void givesEachInputItsGradientAlone() {
        try (SmallGraph small = new SmallGraph()) {
            List<SDVariable> inputs =
                    List.of(small.variable("query", 6, 6), small.variable("key", 6, 6), small.variable("value", 6, 6));
            SDVariable starts = small.ints("starts", STARTS, STARTS.length);
            SDVariable output = new AttentionOp(
                            HEADS, 0, 0, inputs.get(0), inputs.get(1), inputs.get(2), starts, starts, RelationKind.NONE)
                    .output();
            SDVariable loss = output.mul(output).sum();
            Map<SDVariable, SDVariable> all = Gradients.of(loss, inputs);
            for (SDVariable input : inputs) {
                SDVariable alone = Gradients.of(loss, List.of(input)).get(input);
                assertArrayEquals(small.run(all.get(input)), small.run(alone), input.name());
            }
        }
    }

    private static SDVariable attention(SmallGraph small, float rate) {
        SDVariable starts = small.ints("starts", STARTS, STARTS.length);
        return new AttentionOp(
                        HEADS,
                        rate,
                        6,
                        small.variable("query", 6, HEADS * SIZE),
                        small.variable("key", 6, HEADS * SIZE),
                        small.variable("value", 6, HEADS * SIZE),
                        starts,
                        starts,
                        RelationKind.NONE)
                .output();
    }

    /** softmax(QKᵀ/√d) V, one probability at a time. */
    private static double[] attend(double[] query, double[] key, double[] value, int[] queryStarts, float[] mask) {
        int width = HEADS * SIZE;
        double[] context = new double[query.length];
        int offset = 0;
        for (int s = 0; s < STARTS.length - 1; s++) {
            int length = STARTS[s + 1] - STARTS[s];
            for (int head = 0; head < HEADS; head++) {
                for (int i = queryStarts[s]; i < queryStarts[s + 1]; i++) {
                    double[] p = new double[length];
                    double sum = 0;
                    for (int j = 0; j < length; j++) {
                        double score = 0;
                        for (int k = 0; k < SIZE; k++) {
                            score +=
                                    query[i * width + head * SIZE + k] * key[(STARTS[s] + j) * width + head * SIZE + k];
                        }
                        p[j] = Math.exp(score / Math.sqrt(SIZE));
                        sum += p[j];
                    }
                    for (int j = 0; j < length; j++) {
                        double weight = p[j] / sum * (mask == null ? 1 : mask[offset]);
                        offset++;
                        for (int k = 0; k < SIZE; k++) {
                            context[i * width + head * SIZE + k] +=
                                    weight * value[(STARTS[s] + j) * width + head * SIZE + k];
                        }
                    }
                }
            }
        }
        return context;
    }
}
