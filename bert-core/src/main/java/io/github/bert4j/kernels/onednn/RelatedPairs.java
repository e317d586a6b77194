package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.Relation;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What a {@link Relation} does to the pairs of queries and keys of some heads within one sequence; pairs lie head by head,
 * query by query.
 *
 * @param firstQuery row of the first query among all
 * @param firstKey row of the first key among all
 * @param firstHead of these heads among all
 * @param tableGradient of a learned table, all heads; null for none
 */
record RelatedPairs(
        Distances distances, int firstQuery, int firstKey, int firstHead, int allHeads, float[] tableGradient) {
    /** Added to scores that do not count; finite, so that a row of nothing else is no NaN. */
    private static final float MASKED = -1e30f;

    /** What becomes of the pairs of one query. */
    private interface Row {
        void change(int head, int query, float[] pairs, int[] rows);
    }

    boolean isNone() {
        return distances.relation() instanceof Relation.None;
    }

    /** @param query rows of these heads */
    void addToScores(Attention attention, FloatPointer query, FloatPointer scores) {
        if (distances.relation() instanceof Relation.Window) {
            forEach(attention, scores, true, (head, i, pairs, rows) -> {
                for (int j = 0; j < pairs.length; j++) {
                    pairs[j] = rows[j] < 0 ? MASKED : pairs[j];
                }
            });
        } else if (distances.relation() instanceof Relation.Bias bias) {
            float[] table = new float[Math.toIntExact(bias.table().length())];
            OneDnnKernels.floats(bias.table()).get(table);
            forEach(attention, scores, true, (head, i, pairs, rows) -> {
                for (int j = 0; j < pairs.length; j++) {
                    pairs[j] += table[rows[j] * allHeads + firstHead + head];
                }
            });
        } else if (distances.relation() instanceof Relation.Vectors) {
            addByRow(attention, query, attention.scale(), scores);
        }
    }

    /**
     * Adds what is made of the vectors of distances.
     *
     * @param pairs probabilities of the values, or gradients of scores
     * @param target rows of these heads
     */
    void addWeighted(Attention attention, FloatPointer pairs, float scale, FloatPointer target) {
        if (distances.relation() instanceof Relation.Vectors vectors) {
            int count = distances.rowCount();
            FloatPointer byRow = attention.room(Workspace.Room.BY_DISTANCE, count);
            float[] sums = new float[count];
            forEach(attention, pairs, false, (head, i, values, rows) -> {
                Arrays.fill(sums, 0);
                for (int j = 0; j < values.length; j++) {
                    sums[rows[j] - distances.firstRow()] += values[j];
                }
                byRow.getPointer(((long) head * attention.queries() + i) * count)
                        .put(sums);
            });
            attention.multiplyByTable(byRow, count, table(vectors), scale, target);
        }
    }

    /** @param gradient rows of these heads: the context's gradient */
    void addToProbabilityGradient(Attention attention, FloatPointer gradient, FloatPointer dProbabilities) {
        if (distances.relation() instanceof Relation.Vectors) {
            addByRow(attention, gradient, 1, dProbabilities);
        }
    }

    void addToTableGradient(Attention attention, FloatPointer dScores) {
        if (tableGradient != null) {
            forEach(attention, dScores, false, (head, i, values, rows) -> {
                for (int j = 0; j < values.length; j++) {
                    tableGradient[rows[j] * allHeads + firstHead + head] += values[j];
                }
            });
        }
    }

    /** Adds to each pair the product of the query's vector and that of the distance. */
    private void addByRow(Attention attention, FloatPointer vectors, float scale, FloatPointer pairs) {
        int count = distances.rowCount();
        FloatPointer byRow = attention.room(Workspace.Room.BY_DISTANCE, count);
        attention.multiplyWithTable(vectors, table((Relation.Vectors) distances.relation()), count, scale, byRow);
        float[] products = new float[count];
        forEach(attention, pairs, true, (head, i, values, rows) -> {
            byRow.getPointer(((long) head * attention.queries() + i) * count).get(products);
            for (int j = 0; j < values.length; j++) {
                values[j] += products[rows[j] - distances.firstRow()];
            }
        });
    }

    private FloatPointer table(Relation.Vectors vectors) {
        return OneDnnKernels.floats(vectors.table())
                .getPointer((long) distances.firstRow() * vectors.table().size(1));
    }

    private void forEach(Attention attention, FloatPointer pairs, boolean changed, Row row) {
        int keys = attention.keys();
        float[] values = new float[keys];
        int[] rows = new int[keys];
        for (int i = 0; i < attention.queries(); i++) {
            distances.rows(firstQuery + i, firstKey, keys, rows);
            for (int head = 0; head < attention.heads(); head++) {
                FloatPointer at = pairs.getPointer(((long) head * attention.queries() + i) * keys);
                at.get(values);
                row.change(head, i, values, rows);
                if (changed) {
                    at.put(values);
                }
            }
        }
    }
}
