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
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Attention within each sequence, straight on the packed rows: the probabilities of a sequence are computed, used while they
 * are in the cache, and forgotten.
 */
final class Attention {
    private final Sequences queries;
    private final Sequences keys;
    private final int heads;
    private final int width;
    private final DropoutMask mask;
    private final long[] offsets;

    Attention(Sequences queries, Sequences keys, int heads, int width, DropoutMask mask) {
        this.queries = queries;
        this.keys = keys;
        this.heads = heads;
        this.width = width;
        this.mask = mask;
        this.offsets = queries.probabilityOffsets(keys, heads);
    }

    /** Computes one sequence. */
    void forward(
            Workspace workspace,
            int sequence,
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer context) {
        Heads shape = shape(sequence);
        if (shape.scores() == 0) {
            clear(queries(context, sequence), shape.queries());
            return;
        }
        FloatPointer scores = probabilities(workspace, sequence, query, key);
        if (!mask.keepsAll()) {
            Loops.dropout(mask, offsets[sequence], scores, scores, shape.scores(), workspace.threads());
        }
        workspace.run(
                new HeadProduct(shape, SCORES, KEYS, QUERIES, false),
                scores,
                keys(value, sequence),
                queries(context, sequence));
    }

    /** Computes the gradients of one sequence. */
    void backward(
            Workspace workspace,
            int sequence,
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer dContext,
            FloatPointer dQuery,
            FloatPointer dKey,
            FloatPointer dValue) {
        Heads shape = shape(sequence);
        if (shape.scores() == 0) {
            clear(queries(dQuery, sequence), shape.queries());
            clear(keys(dKey, sequence), shape.keys());
            clear(keys(dValue, sequence), shape.keys());
            return;
        }
        FloatPointer scores = probabilities(workspace, sequence, query, key);
        FloatPointer gradient = room(workspace, Room.GRADIENT, shape);
        FloatPointer dRows = queries(dContext, sequence);
        workspace.run(
                new HeadProduct(shape, QUERIES, KEYS_TRANSPOSED, SCORES, false),
                dRows,
                keys(value, sequence),
                gradient);
        FloatPointer dropped = scores;
        if (!mask.keepsAll()) {
            dropped = room(workspace, Room.DROPPED, shape);
            Loops.dropout(mask, offsets[sequence], scores, dropped, gradient, shape.scores(), workspace.threads());
        }
        workspace.run(
                new HeadProduct(shape, SCORES_TRANSPOSED, QUERIES, KEYS, false),
                dropped,
                dRows,
                keys(dValue, sequence));
        workspace.run(new Softmax.Backward(softmax(shape)), scores, gradient, gradient);
        workspace.run(
                new HeadProduct(shape, SCORES, KEYS, QUERIES, true),
                gradient,
                keys(key, sequence),
                queries(dQuery, sequence));
        workspace.run(
                new HeadProduct(shape, SCORES_TRANSPOSED, QUERIES, KEYS, true),
                gradient,
                queries(query, sequence),
                keys(dKey, sequence));
    }

    private FloatPointer probabilities(Workspace workspace, int sequence, FloatPointer query, FloatPointer key) {
        Heads shape = shape(sequence);
        FloatPointer scores = room(workspace, Room.PROBABILITIES, shape);
        workspace.run(
                new HeadProduct(shape, QUERIES, KEYS_TRANSPOSED, SCORES, true),
                queries(query, sequence),
                keys(key, sequence),
                scores);
        workspace.run(softmax(shape), scores, scores);
        return scores;
    }

    private Heads shape(int sequence) {
        return new Heads(heads, queries.length(sequence), keys.length(sequence), width / heads);
    }

    private void clear(FloatPointer rows, long count) {
        Pointer.memset(rows, 0, count * width * Float.BYTES);
    }

    private FloatPointer queries(FloatPointer packed, int sequence) {
        return packed.getPointer((long) queries.start(sequence) * width);
    }

    private FloatPointer keys(FloatPointer packed, int sequence) {
        return packed.getPointer((long) keys.start(sequence) * width);
    }

    private static FloatPointer room(Workspace workspace, Room room, Heads shape) {
        return new FloatPointer(workspace.room(room, shape.scores() * Float.BYTES));
    }

    private static Softmax.Forward softmax(Heads shape) {
        return new Softmax.Forward(shape.heads() * shape.queries(), shape.keys());
    }
}
