package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A product of two matrices, one size of which differs from call to call.
 *
 * @param bias whether a vector [columns] is added to each row
 * @param gelu taken of the result; null for none
 * @param add whether the result is added to what the array held before
 * @param precision of the factors; results are float32
 */
record Product(Factor left, Factor right, boolean bias, Gelu gelu, boolean add, Precision precision)
        implements Operation.Recipe<Product.Multiplication> {
    /** A size that is known when the product is computed. */
    static final long ANY = dnnl.DNNL_RUNTIME_DIM_VAL();

    /**
     * A matrix as it is multiplied.
     *
     * @param transposed whether it is stored as [columns, rows]
     */
    record Factor(long rows, long columns, boolean transposed) {
        private memory.desc layout(Precision precision) {
            return new memory.desc(new long[] {rows, columns}, Layouts.type(precision), new long[] {
                transposed ? 1 : columns, transposed ? rows : 1
            });
        }

        private Factor with(long size) {
            return new Factor(rows == ANY ? size : rows, columns == ANY ? size : columns, transposed);
        }
    }

    @Override
    public Multiplication make(engine engine) {
        memory.desc result = Layouts.rowMajor(left.rows(), right.columns());
        primitive_attr attributes = Layouts.callersScratch();
        post_ops after = new post_ops();
        if (gelu != null) {
            after.append_eltwise(Elementwise.algorithm(gelu), 0, 0);
        }
        if (add) {
            after.append_sum();
        }
        attributes.set_post_ops(after);
        memory.desc leftLayout = left.layout(precision);
        memory.desc rightLayout = right.layout(precision);
        matmul.primitive_desc description = bias
                ? new matmul.primitive_desc(engine, leftLayout, rightLayout, biasLayout(), result, attributes, false)
                : new matmul.primitive_desc(engine, leftLayout, rightLayout, result, attributes, false);
        return new Multiplication(
                engine,
                this,
                new matmul(description),
                description.scratchpad_desc().get_size());
    }

    private memory.desc biasLayout() {
        return Layouts.rowMajor(1, right.columns());
    }

    /** A product that oneDNN has made ready. */
    static final class Multiplication implements Operation {
        private final engine engine;
        private final Product product;
        private final matmul primitive;
        private final long scratchBytes;

        private Multiplication(engine engine, Product product, matmul primitive, long scratchBytes) {
            this.engine = engine;
            this.product = product;
            this.primitive = primitive;
            this.scratchBytes = scratchBytes;
            primitive.retainReference();
        }

        /**
         * Multiplies.
         *
         * @param size the one that was {@link #ANY}
         * @param bias null if there is none
         */
        void run(Workspace workspace, long size, Pointer left, Pointer right, Pointer bias, Pointer result) {
            PointerScope scope = new PointerScope();
            try {
                Factor leftFactor = product.left.with(size);
                Factor rightFactor = product.right.with(size);
                IntMemoryMap arguments = new IntMemoryMap();
                arguments.put(DNNL_ARG_SRC, new memory(leftFactor.layout(product.precision), engine, left));
                arguments.put(DNNL_ARG_WEIGHTS, new memory(rightFactor.layout(product.precision), engine, right));
                if (bias != null) {
                    arguments.put(DNNL_ARG_BIAS, new memory(product.biasLayout(), engine, bias));
                }
                memory.desc layout = Layouts.rowMajor(leftFactor.rows(), rightFactor.columns());
                arguments.put(DNNL_ARG_DST, new memory(layout, engine, result));
                if (scratchBytes > 0) {
                    Pointer room = workspace.room(Room.PRIMITIVE, scratchBytes);
                    arguments.put(DNNL_ARG_SCRATCHPAD, new memory(Layouts.bytes(scratchBytes), engine, room));
                }
                primitive.execute(workspace.stream(), arguments);
            } finally {
                scope.close();
            }
        }

        @Override
        public void close() {
            primitive.releaseReference();
        }
    }
}
