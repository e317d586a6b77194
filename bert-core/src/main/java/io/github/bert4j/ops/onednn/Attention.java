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
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Attention within sequences, straight on their packed rows: neighbours of the same lengths take one call together. */
record Attention(Workspace workspace, Sequences queries, Sequences keys, int heads, int width, DropoutMask mask) {
    /** Scores of one call: they stay in the cache from one step to the next. */
    private static final long SCORES_AT_ONCE = 1 << 20;

    /** Sequences that take one call together: their sizes, and where their queries, keys and scores start. */
    private record Group(Heads shape, long queryRow, long keyRow, long score) {}

    /** @param probabilities null where they need not be kept */
    void forward(
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer context,
            FloatPointer probabilities) {
        for (Group group : groups()) {
            Heads shape = group.shape();
            if (shape.scores() == 0) {
                clear(queries(context, group), shape.queries(), shape);
                continue;
            }
            FloatPointer scores =
                    probabilities == null ? room(Room.GRADIENT, shape) : probabilities.getPointer(group.score());
            run(
                    new HeadProduct(shape, QUERIES, KEYS_TRANSPOSED, SCORES, true),
                    queries(query, group),
                    keys(key, group),
                    scores);
            workspace.run(softmax(shape), scores, scores);
            run(
                    new HeadProduct(shape, SCORES, KEYS, QUERIES, false),
                    dropped(scores, group),
                    keys(value, group),
                    queries(context, group));
        }
    }

    void backward(
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer probabilities,
            FloatPointer dContext,
            FloatPointer dQuery,
            FloatPointer dKey,
            FloatPointer dValue) {
        for (Group group : groups()) {
            Heads shape = group.shape();
            if (shape.scores() == 0) {
                clear(queries(dQuery, group), shape.queries(), shape);
                clear(keys(dKey, group), shape.keys(), shape);
                clear(keys(dValue, group), shape.keys(), shape);
                continue;
            }
            FloatPointer scores = probabilities.getPointer(group.score());
            FloatPointer gradient = room(Room.GRADIENT, shape);
            FloatPointer dRows = queries(dContext, group);
            run(
                    new HeadProduct(shape, SCORES_TRANSPOSED, QUERIES, KEYS, false),
                    dropped(scores, group),
                    dRows,
                    keys(dValue, group));
            run(new HeadProduct(shape, QUERIES, KEYS_TRANSPOSED, SCORES, false), dRows, keys(value, group), gradient);
            if (!mask.keepsAll()) {
                Loops.dropout(mask, group.score(), gradient, gradient, shape.scores());
            }
            workspace.run(new Softmax.Backward(softmax(shape)), scores, gradient, gradient);
            run(
                    new HeadProduct(shape, SCORES, KEYS, QUERIES, true),
                    gradient,
                    keys(key, group),
                    queries(dQuery, group));
            run(
                    new HeadProduct(shape, SCORES_TRANSPOSED, QUERIES, KEYS, true),
                    gradient,
                    queries(query, group),
                    keys(dKey, group));
        }
    }

    private void run(HeadProduct product, FloatPointer left, FloatPointer right, FloatPointer result) {
        workspace.run(product, left, right, result);
    }

    private void clear(FloatPointer rows, long perSequence, Heads shape) {
        Pointer.memset(rows, 0, shape.sequences() * perSequence * width * Float.BYTES);
    }

    private FloatPointer dropped(FloatPointer scores, Group group) {
        if (mask.keepsAll()) {
            return scores;
        }
        FloatPointer dropped = room(Room.PROBABILITIES, group.shape());
        Loops.dropout(mask, group.score(), scores, dropped, group.shape().scores());
        return dropped;
    }

    private FloatPointer room(Room room, Heads shape) {
        return new FloatPointer(workspace.room(room, shape.scores() * Float.BYTES));
    }

    private FloatPointer queries(FloatPointer packed, Group group) {
        return packed.getPointer(group.queryRow() * width);
    }

    private FloatPointer keys(FloatPointer packed, Group group) {
        return packed.getPointer(group.keyRow() * width);
    }

    private static Softmax.Forward softmax(Heads shape) {
        return new Softmax.Forward(shape.scores() / shape.keys(), shape.keys());
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        long[] offsets = queries.probabilityOffsets(keys, heads);
        int next = 0;
        for (int i = 0; i < queries.count(); i = next) {
            next = i + 1;
            while (next < queries.count()
                    && queries.length(next) == queries.length(i)
                    && keys.length(next) == keys.length(i)
                    && offsets[next + 1] - offsets[i] <= SCORES_AT_ONCE) {
                next++;
            }
            Heads shape = new Heads(next - i, heads, queries.length(i), keys.length(i), width / heads);
            groups.add(new Group(shape, queries.start(i), keys.start(i), offsets[i]));
        }
        return groups;
    }
}
