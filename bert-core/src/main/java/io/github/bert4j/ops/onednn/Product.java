package io.github.bert4j.ops.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bert4j.ops.onednn.PrimitiveOperation.Argument;
import io.github.bert4j.ops.onednn.Workspace.Room;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.Pointer;

/**
 * A product of two matrices: arrays {@code left, right, result} and, if there is one, {@code bias}.
 *
 * <p>Both factors are copied to the layout that oneDNN asks for: a product of packed matrices is up to three times as
 * fast as one of plain ones, and the copies cost a few percent of it.
 *
 * @param rows of the result
 * @param inner length of the sums
 * @param columns of the result
 * @param transposeLeft whether the left matrix is stored as [inner, rows]
 * @param transposeRight whether the right matrix is stored as [columns, inner]
 * @param bias whether a vector [columns] is added to each row
 */
record Product(long rows, long inner, long columns, boolean transposeLeft, boolean transposeRight, boolean bias)
        implements Operation.Recipe {

    @Override
    public Operation make(engine engine) {
        memory.desc left = matrix(rows, inner, transposeLeft);
        memory.desc right = matrix(inner, columns, transposeRight);
        memory.desc result = Layouts.rowMajor(rows, columns);
        memory.desc added = Layouts.rowMajor(1, columns);
        memory.desc anyLeft = Layouts.any(rows, inner);
        memory.desc anyRight = Layouts.any(inner, columns);
        matmul.primitive_desc description = bias
                ? new matmul.primitive_desc(engine, anyLeft, anyRight, added, result, Layouts.callersScratch(), false)
                : new matmul.primitive_desc(engine, anyLeft, anyRight, result, Layouts.callersScratch(), false);
        List<Argument> arguments = new ArrayList<>(List.of(
                new Argument(DNNL_ARG_SRC, description.src_desc()),
                new Argument(DNNL_ARG_WEIGHTS, description.weights_desc()),
                new Argument(DNNL_ARG_DST, result)));
        if (bias) {
            arguments.add(new Argument(DNNL_ARG_BIAS, added));
        }
        return new PackedProduct(
                Packing.of(engine, Room.LEFT, left, description.src_desc()),
                Packing.of(engine, Room.RIGHT, right, description.weights_desc()),
                new PrimitiveOperation(
                        engine, new matmul(description), description, arguments.toArray(Argument[]::new)));
    }

    private static memory.desc matrix(long rows, long columns, boolean transposed) {
        return transposed
                ? Layouts.strided(new long[] {rows, columns}, new long[] {1, rows})
                : Layouts.rowMajor(rows, columns);
    }

    /** Copies a matrix into a layout. */
    private record Packing(Operation reorder, Room room, long bytes) {

        /** Null if the matrix lies as wanted. */
        static Packing of(engine engine, Room room, memory.desc given, memory.desc wanted) {
            if (given.equals(wanted)) {
                return null;
            }
            var description =
                    new reorder.primitive_desc(engine, given, engine, wanted, Layouts.callersScratch(), false);
            Operation reorder = new PrimitiveOperation(
                    engine,
                    new reorder(description),
                    description,
                    new Argument(DNNL_ARG_FROM, given),
                    new Argument(DNNL_ARG_TO, wanted));
            return new Packing(reorder, room, wanted.get_size());
        }

        Pointer pack(Workspace workspace, Pointer matrix) {
            Pointer packed = workspace.room(room, bytes);
            reorder.run(workspace, matrix, packed);
            return packed;
        }
    }

    private record PackedProduct(Packing left, Packing right, Operation product) implements Operation {

        @Override
        public void run(Workspace workspace, Pointer... arrays) {
            Pointer[] packed = arrays.clone();
            if (left != null) {
                packed[0] = left.pack(workspace, arrays[0]);
            }
            if (right != null) {
                packed[1] = right.pack(workspace, arrays[1]);
            }
            product.run(workspace, packed);
        }

        @Override
        public void close() {
            if (left != null) {
                left.reorder().close();
            }
            if (right != null) {
                right.reorder().close();
            }
            product.close();
        }
    }
}
