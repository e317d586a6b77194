package io.github.bert4j.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A {@link Relation} within one sequence, as {@link PortableKernels} computes with it. */
final class PortableRelation {
    /** Added to scores that do not count; finite, so that a row of nothing else is no NaN. */
    private static final float MASKED = -1e30f;

    private final Relation relation;
    private final int heads;
    /** The table's row of each pair, [queries, keys]. */
    private final int[] rows;

    PortableRelation(Relation relation, Sequences queries, Sequences keys, int sequence, int heads) {
        this.relation = relation;
        this.heads = heads;
        Places places = relation.places();
        this.rows = places == null ? new int[0] : new int[queries.length(sequence) * keys.length(sequence)];
        for (int i = 0; i < rows.length; i++) {
            int query = queries.start(sequence) + i / keys.length(sequence);
            int key = keys.start(sequence) + i % keys.length(sequence);
            rows[i] = relation.row(places.keys()[key] - places.queries()[query]);
        }
    }

    /** @param query [heads, queries, size] */
    void addToScores(INDArray query, INDArray scores) {
        if (relation instanceof Relation.Window) {
            add(scores, (head, i) -> rows[i] < 0 ? MASKED : 0);
        } else if (relation instanceof Relation.Bias bias) {
            float[] table = floats(bias.table());
            add(scores, (head, i) -> table[rows[i] * heads + head]);
        } else if (relation instanceof Relation.Vectors vectors) {
            addByRow(query, vectors.table(), scores, 1 / Math.sqrt(query.size(2)));
        }
    }

    /** @param values what is made of probabilities [heads, queries, keys], [heads, queries, size] */
    void addToContext(INDArray probabilities, INDArray values) {
        if (relation instanceof Relation.Vectors vectors) {
            float[] all = floats(probabilities);
            int count = (int) vectors.table().size(0);
            int keys = (int) probabilities.size(2);
            float[] byRow = new float[all.length / keys * count];
            for (int i = 0; i < all.length; i++) {
                byRow[i / keys * count + rows[i % rows.length]] += all[i];
            }
            INDArray sums = Nd4j.createFromArray(byRow).reshape('c', all.length / keys, count);
            values.addi(sums.mmul(vectors.table()).reshape(values.shape()));
        }
    }

    /** @param gradient of the context, [heads, queries, size] */
    void addToProbabilityGradient(INDArray gradient, INDArray dProbabilities) {
        if (relation instanceof Relation.Vectors vectors) {
            addByRow(gradient, vectors.table(), dProbabilities, 1);
        }
    }

    void addToTableGradient(INDArray dScores, INDArray dTable) {
        if (dTable != null) {
            float[] all = floats(dScores);
            float[] sums = new float[Math.toIntExact(dTable.length())];
            for (int i = 0; i < all.length; i++) {
                sums[rows[i % rows.length] * heads + i / rows.length] += all[i];
            }
            dTable.addi(Nd4j.createFromArray(sums).reshape(dTable.shape()));
        }
    }

    /** Adds to each pair the product of the query's vector and the table's. */
    private void addByRow(INDArray vectors, INDArray table, INDArray pairs, double scale) {
        int count = (int) table.size(0);
        long size = table.size(1);
        INDArray flat = vectors.reshape('c', vectors.length() / size, size);
        float[] products = floats(Nd4j.matmul(flat, table, false, true, false).muli(scale));
        int keys = (int) pairs.size(2);
        int queries = (int) pairs.size(1);
        add(pairs, (head, i) -> products[(head * queries + i / keys) * count + rows[i]]);
    }

    private interface Addend {
        float of(int head, int pair);
    }

    private void add(INDArray pairs, Addend addend) {
        float[] sums = new float[Math.toIntExact(pairs.length())];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = addend.of(i / rows.length, i % rows.length);
        }
        pairs.addi(Nd4j.createFromArray(sums).reshape(pairs.shape()));
    }

    private static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }
}
