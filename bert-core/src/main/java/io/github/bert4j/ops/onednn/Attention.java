package io.github.bert4j.ops.onednn;

import static io.github.bert4j.ops.onednn.HeadProduct.Operand.ROWS;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.ROWS_TRANSPOSED;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.SCORES;
import static io.github.bert4j.ops.onednn.HeadProduct.Operand.SCORES_TRANSPOSED;

import io.github.bert4j.ops.DropoutMask;
import io.github.bert4j.ops.Sequences;
import io.github.bert4j.ops.onednn.HeadProduct.Heads;
import io.github.bert4j.ops.onednn.Workspace.Room;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** Attention within sequences, straight on their packed rows: neighbours of one length take one call together. */
record Attention(Workspace workspace, Sequences sequences, int heads, int width, DropoutMask mask) {
    /** Scores of one call: they stay in the cache from one step to the next. */
    private static final long SCORES_AT_ONCE = 1 << 20;

    /** Sequences that take one call together. */
    private record Group(Heads shape, long row, long score) {}

    /** @param probabilities null where they need not be kept */
    void forward(
            FloatPointer query,
            FloatPointer key,
            FloatPointer value,
            FloatPointer context,
            FloatPointer probabilities) {
        for (Group group : groups()) {
            Heads shape = group.shape();
            FloatPointer scores =
                    probabilities == null ? room(Room.GRADIENT, shape) : probabilities.getPointer(group.score());
            run(
                    new HeadProduct(shape, ROWS, ROWS_TRANSPOSED, SCORES, true),
                    rows(query, group),
                    rows(key, group),
                    scores);
            workspace.run(softmax(shape), scores, scores);
            run(
                    new HeadProduct(shape, SCORES, ROWS, ROWS, false),
                    dropped(scores, group),
                    rows(value, group),
                    rows(context, group));
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
            FloatPointer scores = probabilities.getPointer(group.score());
            FloatPointer gradient = room(Room.GRADIENT, shape);
            FloatPointer dRows = rows(dContext, group);
            run(
                    new HeadProduct(shape, SCORES_TRANSPOSED, ROWS, ROWS, false),
                    dropped(scores, group),
                    dRows,
                    rows(dValue, group));
            run(new HeadProduct(shape, ROWS, ROWS_TRANSPOSED, SCORES, false), dRows, rows(value, group), gradient);
            if (!mask.keepsAll()) {
                Loops.dropout(mask, group.score(), gradient, gradient, shape.scores());
            }
            workspace.run(new Softmax.Backward(softmax(shape)), scores, gradient, gradient);
            run(new HeadProduct(shape, SCORES, ROWS, ROWS, true), gradient, rows(key, group), rows(dQuery, group));
            run(
                    new HeadProduct(shape, SCORES_TRANSPOSED, ROWS, ROWS, true),
                    gradient,
                    rows(query, group),
                    rows(dKey, group));
        }
    }

    private void run(HeadProduct product, FloatPointer left, FloatPointer right, FloatPointer result) {
        workspace.run(product, left, right, result);
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

    private FloatPointer rows(FloatPointer packed, Group group) {
        return packed.getPointer(group.row() * width);
    }

    private static Softmax.Forward softmax(Heads shape) {
        return new Softmax.Forward(shape.scores() / shape.length(), shape.length());
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        long[] offsets = sequences.probabilityOffsets(heads);
        int next = 0;
        for (int i = 0; i < sequences.count(); i = next) {
            int length = sequences.length(i);
            next = i + 1;
            while (next < sequences.count()
                    && sequences.length(next) == length
                    && offsets[next + 1] - offsets[i] <= SCORES_AT_ONCE) {
                next++;
            }
            if (length > 0) {
                groups.add(
                        new Group(new Heads(next - i, heads, length, width / heads), sequences.start(i), offsets[i]));
            }
        }
        return groups;
    }
}
