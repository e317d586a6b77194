package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Sequences;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/** How the attention of a batch is shared out: a task is a sequence, or some of its heads where there are few sequences. */
final class HeadShares {
    private final Sequences queries;
    private final Sequences keys;
    private final int heads;
    private final int width;
    private final DropoutMask mask;
    private final Distances distances;
    /** Of a learned table, one per task: added up in their order, sums do not depend on which thread computed what. */
    private final float[][] tableGradients;

    private final long[] offsets;
    private final int threads;

    /** Tasks per sequence. */
    private final int parts;

    private final Workers.Tasks tasks;

    HeadShares(Sequences queries, Sequences keys, int heads, int width, DropoutMask mask, Relation relation) {
        this.queries = queries;
        this.keys = keys;
        this.heads = heads;
        this.width = width;
        this.mask = mask;
        this.distances = new Distances(relation);
        this.offsets = queries.probabilityOffsets(keys, heads);
        this.threads = Loops.threads(offsets[queries.count()]);
        this.parts = queries.count() < threads ? Math.min(threads, heads) : 1;
        this.tasks = new Workers.Tasks(queries.count() * parts);
        this.tableGradients = new float[queries.count() * parts][];
    }

    /** Has the gradient of a learned table computed as well. */
    void withTableGradient(int size) {
        Arrays.setAll(tableGradients, task -> new float[size]);
    }

    /** What {@link #withTableGradient} asked for, once all tasks are done. */
    float[] tableGradient() {
        float[] sum = new float[tableGradients[0].length];
        for (float[] each : tableGradients) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += each[i];
            }
        }
        return sum;
    }

    /** How many threads the batch is worth. */
    int threads() {
        return threads;
    }

    /** Lets the caller's thread take tasks until none is left. */
    void work(Workspace workspace, Computation computation) {
        tasks.take(task -> compute(workspace, task, computation));
    }

    private void compute(Workspace workspace, int task, Computation computation) {
        int sequence = task / parts;
        int first = task % parts * heads / parts;
        int end = (task % parts + 1) * heads / parts;
        int asked = keys.length(sequence);
        long firstScore = offsets[sequence] + (long) first * queries.length(sequence) * asked;
        RelatedPairs related = new RelatedPairs(
                distances, queries.start(sequence), keys.start(sequence), first, heads, tableGradients[task]);
        Attention attention = new Attention(
                workspace,
                queries.length(sequence),
                asked,
                end - first,
                width / heads,
                width,
                mask,
                firstScore,
                related);
        int column = first * (width / heads);
        computation.run(
                attention,
                packed -> packed.getPointer((long) queries.start(sequence) * width + column),
                packed -> packed.getPointer((long) keys.start(sequence) * width + column));
    }

    /** Finds the rows of a task among those of all. */
    interface Rows {
        FloatPointer of(FloatPointer packed);
    }

    /** Computes one task. */
    interface Computation {
        void run(Attention attention, Rows queries, Rows keys);
    }
}
