package io.github.bert4j.ops.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bert4j.ops.onednn.PrimitiveOperation.Argument;
import io.github.bert4j.ops.onednn.Workspace.Room;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.Pointer;

/**
 * Copies a matrix into a layout, and to another type of numbers where that has one.
 *
 * @param layout of the copy; belongs to this object
 * @param bytes of the copy
 */
record Packing(Operation reorder, memory.desc layout, long bytes) implements AutoCloseable {

    /** Null if the matrix lies as wanted. */
    static Packing of(engine engine, memory.desc given, memory.desc wanted) {
        if (given.equals(wanted)) {
            return null;
        }
        var description = new reorder.primitive_desc(engine, given, engine, wanted, Layouts.callersScratch(), false);
        Operation reorder = new PrimitiveOperation(
                engine,
                new reorder(description),
                description,
                new Argument(DNNL_ARG_FROM, given),
                new Argument(DNNL_ARG_TO, wanted));
        wanted.retainReference();
        return new Packing(reorder, wanted, wanted.get_size());
    }

    /** The copy, in a workspace's room. */
    Pointer into(Workspace workspace, Room room, Pointer matrix) {
        Pointer packed = workspace.room(room, bytes);
        reorder.run(workspace, matrix, packed);
        return packed;
    }

    @Override
    public void close() {
        reorder.close();
        layout.releaseReference();
    }
}
