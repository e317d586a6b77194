package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Precision;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A product of two matrices, whose sizes are known when it is computed.
 *
 * @param bias whether a vector [columns] is added to each row
 * @param gelu taken of the result; null for none
 * @param add whether the result is added to what the array held before
 * @param precision of the factors; results are float32
 */
record Product(
        boolean leftTransposed, boolean rightTransposed, boolean bias, Gelu gelu, boolean add, Precision precision)
        implements Operation.Recipe<Product.Multiplication> {
    private static final long ANY = dnnl.DNNL_RUNTIME_DIM_VAL();

    /**
     * A matrix, or a part of one, as it is multiplied.
     *
     * @param start where its first element lies
     * @param rowLength distance between rows as they are stored, in elements
     * @param transposed whether rows are stored as columns
     * @param bytes of an element
     */
    record Matrix(Pointer start, long rowLength, boolean transposed, int bytes) {
        /** The part that begins there. */
        Matrix from(long row, long column) {
            long index = transposed ? column * rowLength + row : row * rowLength + column;
            return new Matrix(new BytePointer(start).getPointer(index * bytes), rowLength, transposed, bytes);
        }
    }

    /** [rows, inner] · [inner, columns]. */
    record Size(long rows, long inner, long columns) {}

    @Override
    public Multiplication make(engine engine) {
        primitive_attr attributes = Layouts.callersScratch();
        post_ops after = new post_ops();
        if (gelu != null) {
            after.append_eltwise(Elementwise.algorithm(gelu), 0, 0);
        }
        if (add) {
            after.append_sum();
        }
        attributes.set_post_ops(after);
        memory.desc left = factor(ANY, ANY, leftTransposed, ANY);
        memory.desc right = factor(ANY, ANY, rightTransposed, ANY);
        memory.desc result = Layouts.matrix(memory.data_type.f32, ANY, ANY, false, ANY);
        matmul.primitive_desc description = bias
                ? new matmul.primitive_desc(
                        engine,
                        left,
                        right,
                        Layouts.matrix(memory.data_type.f32, 1, ANY, false, ANY),
                        result,
                        attributes,
                        false)
                : new matmul.primitive_desc(engine, left, right, result, attributes, false);
        return new Multiplication(engine, this, new matmul(description));
    }

    private memory.desc factor(long rows, long columns, boolean transposed, long rowLength) {
        return Layouts.matrix(Layouts.type(precision), rows, columns, transposed, rowLength);
    }

    /** A product that oneDNN has made ready; those of sizes not yet known need no scratch room. */
    static final class Multiplication implements Operation {
        private final engine engine;
        private final Product product;
        private final matmul primitive;

        private Multiplication(engine engine, Product product, matmul primitive) {
            this.engine = engine;
            this.product = product;
            this.primitive = primitive;
            primitive.retainReference();
        }

        /** @param bias null if there is none */
        void run(Workspace workspace, Size size, Matrix left, Matrix right, Pointer bias, Matrix result) {
            PointerScope scope = new PointerScope();
            try {
                IntMemoryMap arguments = new IntMemoryMap();
                arguments.put(
                        DNNL_ARG_SRC,
                        new memory(
                                product.factor(size.rows, size.inner, left.transposed, left.rowLength),
                                engine,
                                left.start));
                arguments.put(
                        DNNL_ARG_WEIGHTS,
                        new memory(
                                product.factor(size.inner, size.columns, right.transposed, right.rowLength),
                                engine,
                                right.start));
                if (bias != null) {
                    arguments.put(DNNL_ARG_BIAS, new memory(Layouts.rowMajor(1, size.columns), engine, bias));
                }
                memory.desc layout =
                        Layouts.matrix(memory.data_type.f32, size.rows, size.columns, false, result.rowLength);
                arguments.put(DNNL_ARG_DST, new memory(layout, engine, result.start));
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
