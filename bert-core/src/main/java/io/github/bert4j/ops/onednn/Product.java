package io.github.bert4j.ops.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bert4j.ops.Gelu;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.ops.onednn.PrimitiveOperation.Argument;
import io.github.bert4j.ops.onednn.Workspace.Room;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Pointer;

/**
 * A product of two matrices: arrays {@code left, right, result} and, if there is one, {@code bias}.
 *
 * <p>Both factors are copied to the layout that oneDNN asks for: a product of packed matrices is up to three times as
 * fast as one of plain ones, and the copies cost a few percent of it. The copy of a fixed factor is kept.
 *
 * @param bias whether a vector [columns] is added to each row
 * @param gelu taken of the result; null for none
 * @param add whether the result is added to what the array held before
 * @param precision of the factors; results are float32
 */
record Product(Factor left, Factor right, boolean bias, Gelu gelu, boolean add, Precision precision)
        implements Operation.Recipe {

    /**
     * A matrix as it is multiplied.
     *
     * @param transposed whether it is stored as [columns, rows]
     * @param fixed whether its values stay as they are until {@link KeptMatrices#forget}
     */
    record Factor(long rows, long columns, boolean transposed, boolean fixed) {
        private memory.desc stored() {
            return transposed
                    ? Layouts.strided(new long[] {rows, columns}, new long[] {1, rows})
                    : Layouts.rowMajor(rows, columns);
        }

        private memory.desc packed(Precision precision) {
            memory.data_type type = switch (precision) {
                case FLOAT32 -> Layouts.FLOAT;
                case BF16 -> memory.data_type.bf16;
            };
            return new memory.desc(new long[] {rows, columns}, type, memory.format_tag.any);
        }
    }

    @Override
    public Operation make(engine engine) {
        memory.desc result = Layouts.rowMajor(left.rows(), right.columns());
        memory.desc added = Layouts.rowMajor(1, right.columns());
        memory.desc anyLeft = left.packed(precision);
        memory.desc anyRight = right.packed(precision);
        matmul.primitive_desc description = bias
                ? new matmul.primitive_desc(engine, anyLeft, anyRight, added, result, attributes(), false)
                : new matmul.primitive_desc(engine, anyLeft, anyRight, result, attributes(), false);
        List<Argument> arguments = new ArrayList<>(List.of(
                new Argument(DNNL_ARG_SRC, description.src_desc()),
                new Argument(DNNL_ARG_WEIGHTS, description.weights_desc()),
                new Argument(DNNL_ARG_DST, result)));
        if (bias) {
            arguments.add(new Argument(DNNL_ARG_BIAS, added));
        }
        return new PackedProduct(
                Packing.of(engine, left.stored(), description.src_desc()),
                Packing.of(engine, right.stored(), description.weights_desc()),
                right.fixed(),
                new PrimitiveOperation(
                        engine, new matmul(description), description, arguments.toArray(Argument[]::new)));
    }

    private primitive_attr attributes() {
        primitive_attr attributes = Layouts.callersScratch();
        post_ops after = new post_ops();
        if (gelu != null) {
            after.append_eltwise(Elementwise.algorithm(gelu), 0, 0);
        }
        if (add) {
            after.append_sum();
        }
        attributes.set_post_ops(after);
        return attributes;
    }

    /** @param left null if the factor lies as wanted; {@code right} likewise */
    private record PackedProduct(Packing left, Packing right, boolean keepRight, Operation product)
            implements Operation {

        @Override
        public void run(Workspace workspace, Pointer... arrays) {
            Pointer[] packed = arrays.clone();
            if (left != null) {
                packed[0] = left.into(workspace, Room.LEFT, arrays[0]);
            }
            if (right != null) {
                packed[1] = keepRight
                        ? workspace.kept().packed(workspace, right, arrays[1])
                        : right.into(workspace, Room.RIGHT, arrays[1]);
            }
            product.run(workspace, packed);
        }

        @Override
        public void close() {
            if (left != null) {
                left.close();
            }
            if (right != null) {
                right.close();
            }
            product.close();
        }
    }
}
