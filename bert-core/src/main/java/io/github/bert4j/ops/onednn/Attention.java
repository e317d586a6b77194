package io.github.bert4j.ops.onednn;

import static io.github.bert4j.ops.onednn.HeadProduct.Operand.KEYS;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.KEYS_TRANSPOSED;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.QUERIES;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.SCORES;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.SCORES_TRANSPOSED;

import io.github.bert4j.ops.DropoutMask;
import io.github.bert4j.ops.Sequences;
import io.github.bert4j.ops.onednn.HeadProduct.Heads;
import io.github.bert4j.ops.onednn.Workspace.Room;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Attention within sequences, straight on their packed rows: the probabilities of a sequence are computed, used while they
 * are in the cache, and forgotten.
 */
record Attention(Workspace workspace, Sequences queries, Sequences keys, int heads, int width, DropoutMask mask) {

    /** One sequence: its sizes, and where its queries, keys and scores start among those of all. */
    private record Sequence(Heads shape, long queryRow, long keyRow, long score) {}

    void forward(FloatPointer query, FloatPointer key, FloatPointer value, FloatPointer context) {
        forEach(sequence -> {
            Heads shape = sequence.shape();
            if (shape.scores() == 0) {
                clear(queries(context, sequence), shape.queries());
                return;
            }
            FloatPointer scores = probabilities(query, key, sequence);
            if (!mask.keepsAll()) {
                Loops.dropout(mask, sequence.score(), scores, scores, shape.scores());
            }
            run(
                    new HeadProduct(shape, SCORES, KEYS, QUERIES, false),
                    scores,
                    keys(value, sequence),
                    queries(context, sequence));
        });
    }

    void backward(
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer dContext,
            FloatPointer dQuery,
            FloatPointer dKey,
            FloatPointer dValue) {
        forEach(sequence -> {
            Heads shape = sequence.shape();
            if (shape.scores() == 0) {
                clear(queries(dQuery, sequence), shape.queries());
                clear(keys(dKey, sequence), shape.keys());
                clear(keys(dValue, sequence), shape.keys());
                return;
            }
            FloatPointer scores = probabilities(query, key, sequence);
            FloatPointer gradient = room(Room.GRADIENT, shape);
            FloatPointer dRows = queries(dContext, sequence);
            run(
                    new HeadProduct(shape, QUERIES, KEYS_TRANSPOSED, SCORES, false),
                    dRows,
                    keys(value, sequence),
                    gradient);
            FloatPointer dropped = scores;
            if (!mask.keepsAll()) {
                dropped = room(Room.DROPPED, shape);
                Loops.dropout(mask, sequence.score(), scores, dropped, gradient, shape.scores());
            }
            run(
                    new HeadProduct(shape, SCORES_TRANSPOSED, QUERIES, KEYS, false),
                    dropped,
                    dRows,
                    keys(dValue, sequence));
            workspace.run(new Softmax.Backward(softmax(shape)), scores, gradient, gradient);
            run(
                    new HeadProduct(shape, SCORES, KEYS, QUERIES, true),
                    gradient,
                    keys(key, sequence),
                    queries(dQuery, sequence));
            run(
                    new HeadProduct(shape, SCORES_TRANSPOSED, QUERIES, KEYS, true),
                    gradient,
                    queries(query, sequence),
                    keys(dKey, sequence));
        });
    }

    private FloatPointer probabilities(FloatPointer query, FloatPointer key, Sequence sequence) {
        FloatPointer scores = room(Room.PROBABILITIES, sequence.shape());
        run(
                new HeadProduct(sequence.shape(), QUERIES, KEYS_TRANSPOSED, SCORES, true),
                queries(query, sequence),
                keys(key, sequence),
                scores);
        workspace.run(softmax(sequence.shape()), scores, scores);
        return scores;
    }

    private void forEach(Consumer<Sequence> computation) {
        long[] offsets = queries.probabilityOffsets(keys, heads);
        for (int i = 0; i < queries.count(); i++) {
            Heads shape = new Heads(heads, queries.length(i), keys.length(i), width / heads);
            computation.accept(new Sequence(shape, queries.start(i), keys.start(i), offsets[i]));
        }
    }

    private void run(HeadProduct product, FloatPointer left, FloatPointer right, FloatPointer result) {
        workspace.run(product, left, right, result);
    }

    private void clear(FloatPointer rows, long count) {
        Pointer.memset(rows, 0, count * width * Float.BYTES);
    }

    private FloatPointer room(Room room, Heads shape) {
        return new FloatPointer(workspace.room(room, shape.scores() * Float.BYTES));
    }

    private FloatPointer queries(FloatPointer packed, Sequence sequence) {
        return packed.getPointer(sequence.queryRow() * width);
    }

    private FloatPointer keys(FloatPointer packed, Sequence sequence) {
        return packed.getPointer(sequence.keyRow() * width);
    }

    private static Softmax.Forward softmax(Heads shape) {
        return new Softmax.Forward(shape.heads() * shape.queries(), shape.keys());
    }
}
