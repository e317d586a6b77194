package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Sequences;
import io.github.bert4j.kernels.onednn.Attention.Tile;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * How the attention of a batch is shared out: a task is a sequence, or some of its heads where there are few sequences. Long
 * ones are computed tile by tile, so that memory does not grow by the square of their length; where queries see what is near
 * only, a tile has no other keys.
 */
final class HeadShares {
    /** Scores that are kept at a time. */
    private static final long LARGEST = 1 << 22;
    /** Queries that are asked together where they see what is near only. */
    private static final int TILE = 128;

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
        int asking = queries.length(sequence);
        int reach = distances.reach();
        boolean narrow = asking > 0 && asked > 2 * (TILE + reach);
        if (!narrow && (long) (end - first) * asking * asked <= LARGEST) {
            compute(
                    workspace,
                    task,
                    new Part(sequence, first, end - first, 0, asking, 0, asked),
                    Tile.WHOLE,
                    computation);
            return;
        }
        int rows = narrow ? TILE : (int) Math.max(1, LARGEST / asked);
        for (int head = first; head < end; head++) {
            for (int from = 0; from < asking; from += rows) {
                int count = Math.min(rows, asking - from);
                // The first tile has the first key, where the gradients of all keys start.
                int query = queries.start(sequence) + from;
                int firstKey = narrow && from > 0 ? distances.keysBefore(query, -reach, keys, sequence) : 0;
                int endKey = narrow ? distances.keysBefore(query + count - 1, reach + 1, keys, sequence) : asked;
                Part part = new Part(sequence, head, 1, from, count, firstKey, Math.max(0, endKey - firstKey));
                compute(workspace, task, part, from == 0 ? Tile.FIRST : Tile.LATER, computation);
            }
        }
    }

    /** Some heads, queries and keys of a sequence. */
    private record Part(int sequence, int head, int heads, int query, int queries, int key, int keys) {}

    private void compute(Workspace workspace, int task, Part part, Tile tile, Computation computation) {
        int sequence = part.sequence();
        int allKeys = keys.length(sequence);
        int firstQuery = queries.start(sequence) + part.query();
        int firstKey = keys.start(sequence) + part.key();
        long firstScore = offsets[sequence]
                + ((long) part.head() * queries.length(sequence) + part.query()) * allKeys
                + part.key();
        RelatedPairs related =
                new RelatedPairs(distances, firstQuery, firstKey, part.head(), heads, tableGradients[task]);
        int size = width / heads;
        Attention attention = new Attention(
                workspace,
                part.queries(),
                part.keys(),
                part.heads(),
                size,
                width,
                mask,
                firstScore,
                related,
                allKeys,
                tile);
        int column = part.head() * size;
        computation.run(
                attention,
                packed -> packed.getPointer((long) firstQuery * width + column),
                packed -> packed.getPointer((long) firstKey * width + column));
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
