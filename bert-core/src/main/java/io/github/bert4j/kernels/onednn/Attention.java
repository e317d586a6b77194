package io.github.bert4j.kernels.onednn;

import static io.github.bert4j.kernels.onednn.Attention.Side.PLAIN;
import static io.github.bert4j.kernels.onednn.Attention.Side.TRANSPOSED;

import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Attention of some heads within one sequence, straight on the packed rows: the probabilities are computed, used while they
 * are in the cache, and forgotten. One thread computes all of it.
 *
 * @param queries rows of the sequence that ask
 * @param keys rows of the sequence that are asked
 * @param heads of this share of the work
 * @param size of a head
 * @param width of the packed rows
 * @param mask of all probabilities
 * @param firstScore number of these heads' first probability in the mask
 * @param related how distances bear on the pairs
 * @param allKeys rows of the sequence that are asked by any query; a tile's are neighbours among them
 * @param tile which part of the sequence this is; gradients of keys and values are sums over its tiles
 */
record Attention(
        Workspace workspace,
        int queries,
        int keys,
        int heads,
        int size,
        int width,
        DropoutMask mask,
        long firstScore,
        RelatedPairs related,
        int allKeys,
        Tile tile) {

    /** Which part of the pairs of a sequence it computes. */
    enum Tile {
        /** All of them. */
        WHOLE,
        /** Those of some queries, before all others of the sequence. */
        FIRST,
        LATER
    }

    enum Side {
        PLAIN('N'),
        TRANSPOSED('T');

        private final byte letter;

        Side(char letter) {
            this.letter = (byte) letter;
        }
    }

    /** Matrices, one per head; the start of the first, the distance to the next, and that of rows. */
    private record Matrices(FloatPointer start, long next, long rowLength) {
        FloatPointer of(int head) {
            return start.getPointer(head * next);
        }
    }

    /** @param query where the rows of these heads start; {@code key}, {@code value}, {@code context} likewise */
    void forward(FloatPointer query, FloatPointer key, FloatPointer value, FloatPointer context) {
        if (keys == 0) {
            clear(context, queries);
        } else if (queries > 0) {
            FloatPointer scores = probabilities(query, key);
            if (!mask.keepsAll()) {
                inMaskOrder((index, from, count) -> Loops.dropout(
                        workspace.workers(), mask, index, scores.getPointer(from), scores.getPointer(from), count, 1));
            }
            multiply(queries, size, keys, 1, each(scores), PLAIN, within(value), PLAIN, within(context));
            related.addWeighted(this, scores, 1, context);
        }
    }

    /** @param query where the rows of these heads start; the others likewise */
    void backward(
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer dContext,
            FloatPointer dQuery,
            FloatPointer dKey,
            FloatPointer dValue) {
        if (tile == Tile.FIRST) {
            clear(dKey, allKeys);
            clear(dValue, allKeys);
        }
        float kept = tile == Tile.WHOLE ? 0 : 1;
        if (scores() == 0) {
            clear(dQuery, queries);
            clear(dKey, keys);
            clear(dValue, keys);
            return;
        }
        FloatPointer scores = probabilities(query, key);
        FloatPointer gradient = room(Room.GRADIENT);
        multiply(queries, keys, size, 1, within(dContext), PLAIN, within(value), TRANSPOSED, each(gradient));
        related.addToProbabilityGradient(this, dContext, gradient);
        FloatPointer dropped = mask.keepsAll() ? scores : room(Room.DROPPED);
        if (!mask.keepsAll()) {
            inMaskOrder((index, from, count) -> Loops.dropout(
                    workspace.workers(),
                    mask,
                    index,
                    scores.getPointer(from),
                    dropped.getPointer(from),
                    gradient.getPointer(from),
                    count,
                    1));
        }
        multiply(keys, size, queries, 1, each(dropped), TRANSPOSED, within(dContext), PLAIN, within(dValue), kept);
        workspace.run(new SoftmaxOfRows.Backward(softmax()), scores, gradient, gradient);
        related.addToTableGradient(this, gradient);
        multiply(queries, size, keys, scale(), each(gradient), PLAIN, within(key), PLAIN, within(dQuery));
        related.addWeighted(this, gradient, scale(), dQuery);
        multiply(keys, size, queries, scale(), each(gradient), TRANSPOSED, within(query), PLAIN, within(dKey), kept);
    }

    /** Scores that are neighbours in the mask as well. */
    private interface Stretch {
        void change(long index, long from, long count);
    }

    /** A tile of some keys has a stretch for each query; it has one head. */
    private void inMaskOrder(Stretch stretch) {
        if (keys == allKeys) {
            stretch.change(firstScore, 0, scores());
            return;
        }
        for (int row = 0; row < queries; row++) {
            stretch.change(firstScore + (long) row * allKeys, (long) row * keys, keys);
        }
    }

    private FloatPointer probabilities(FloatPointer query, FloatPointer key) {
        FloatPointer scores = room(Room.PROBABILITIES);
        multiply(queries, keys, size, scale(), within(query), PLAIN, within(key), TRANSPOSED, each(scores));
        related.addToScores(this, query, scores);
        workspace.run(softmax(), scores, scores);
        return scores;
    }

    /** {@code byRow = scale · vectors · tableᵀ} for each head: [queries, size] · [count, size]ᵀ. */
    void multiplyWithTable(FloatPointer vectors, FloatPointer table, int count, float scale, FloatPointer byRow) {
        multiply(
                queries, count, size, scale, within(vectors), PLAIN, shared(table), TRANSPOSED, byRow(byRow, count), 0);
    }

    /** {@code target += scale · byRow · table} for each head: [queries, count] · [count, size]. */
    void multiplyByTable(FloatPointer byRow, int count, FloatPointer table, float scale, FloatPointer target) {
        multiply(queries, size, count, scale, byRow(byRow, count), PLAIN, shared(table), PLAIN, within(target), 1);
    }

    /** Room for so many numbers per head and query. */
    FloatPointer room(Room room, int count) {
        return new FloatPointer(workspace.room(room, (long) heads * queries * count * Float.BYTES));
    }

    /** One matrix for all heads. */
    private Matrices shared(FloatPointer table) {
        return new Matrices(table, 0, size);
    }

    private Matrices byRow(FloatPointer byRow, int count) {
        return new Matrices(byRow, (long) queries * count, count);
    }

    private SoftmaxOfRows.Forward softmax() {
        return new SoftmaxOfRows.Forward((long) heads * queries, keys);
    }

    private long scores() {
        return (long) heads * queries * keys;
    }

    float scale() {
        return (float) (1 / Math.sqrt(size));
    }

    private FloatPointer room(Room room) {
        return room(room, keys);
    }

    /** Columns of packed rows. */
    private Matrices within(FloatPointer packed) {
        return new Matrices(packed, size, width);
    }

    /** Scores [heads, queries, keys]. */
    private Matrices each(FloatPointer scores) {
        return new Matrices(scores, (long) queries * keys, keys);
    }

    private void clear(FloatPointer packed, int rows) {
        for (int i = 0; i < rows; i++) {
            Pointer.memset(packed.getPointer((long) i * width), 0, (long) heads * size * Float.BYTES);
        }
    }

    /** For each head {@code result = scale · left · right}: [rows, inner] · [inner, columns]. */
    private void multiply(
            int rows,
            int columns,
            int inner,
            float scale,
            Matrices left,
            Side leftSide,
            Matrices right,
            Side rightSide,
            Matrices result) {
        multiply(rows, columns, inner, scale, left, leftSide, right, rightSide, result, 0);
    }

    /** @param kept what of the result's values stays: 0 or 1 */
    private void multiply(
            int rows,
            int columns,
            int inner,
            float scale,
            Matrices left,
            Side leftSide,
            Matrices right,
            Side rightSide,
            Matrices result,
            float kept) {
        for (int head = 0; head < heads; head++) {
            int status = dnnl.dnnl_sgemm(
                    leftSide.letter,
                    rightSide.letter,
                    rows,
                    columns,
                    inner,
                    scale,
                    left.of(head),
                    left.rowLength(),
                    right.of(head),
                    right.rowLength(),
                    kept,
                    result.of(head),
                    result.rowLength());
            if (status != dnnl.dnnl_success) {
                throw new IllegalStateException("oneDNN does not multiply [%d, %d] by [%d, %d]: status %d"
                        .formatted(rows, inner, inner, columns, status));
            }
        }
    }
}
