package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * A product of rows and a weight that are rounded to 8 bits: arrays {@code rows, weight, scales of columns, result}; then
 * {@code scales of rows, bias} where the layout is for all at once, else {@link ScaledRows} has them.
 *
 * @param gelu taken of the result; null for none
 */
record QuantizedProduct(long rows, QuantizedLayout layout, Gelu gelu) implements Operation.Recipe<PrimitiveOperation> {
    /** The last axis. */
    private static final int BY_COLUMN = 0b1000;

    @Override
    public PrimitiveOperation make(engine engine) {
        matmul.primitive_desc description = description(
                engine, rows, layout.in(), layout.out(), layout.rowLength(), layout.packed(), layout.all(), gelu);
        List<Argument> arguments = new ArrayList<>(List.of(
                new Argument(DNNL_ARG_SRC, Layouts.rowMajor(memory.data_type.s8, 1, 1, rows, layout.in())),
                new Argument(DNNL_ARG_WEIGHTS, layout.packed()),
                new Argument(DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, Layouts.rowMajor(layout.out())),
                new Argument(DNNL_ARG_DST, result(rows, layout.out(), layout.rowLength()))));
        if (layout.all()) {
            arguments.add(new Argument(operand(0), Layouts.rowMajor(1, 1, rows, 1)));
            arguments.add(new Argument(operand(1), Layouts.rowMajor(1, 1, 1, layout.out())));
        }
        return new PrimitiveOperation(engine, new matmul(description), description, arguments.toArray(Argument[]::new));
    }

    /**
     * What oneDNN is asked for. Of four axes, because it scales rows at once only there.
     *
     * @param weight how the weight lies; of {@code any} format for what is best
     */
    static matmul.primitive_desc description(
            engine engine, long rows, long in, long out, long rowLength, memory.desc weight, boolean all, Gelu gelu) {
        primitive_attr attributes = Layouts.callersScratch();
        attributes.set_scales_mask(DNNL_ARG_WEIGHTS, BY_COLUMN);
        post_ops after = new post_ops();
        if (all) {
            after.append_binary(algorithm.binary_mul, Layouts.rowMajor(1, 1, rows, 1));
            after.append_binary(algorithm.binary_add, Layouts.rowMajor(1, 1, 1, out));
            if (gelu != null) {
                after.append_eltwise(Elementwise.algorithm(gelu), 0, 0);
            }
        }
        attributes.set_post_ops(after);
        memory.desc left = Layouts.rowMajor(memory.data_type.s8, 1, 1, rows, in);
        return new matmul.primitive_desc(engine, left, weight, result(rows, out, rowLength), attributes, false);
    }

    /** A single row is as long as it is: oneDNN takes one that is longer for something it has only plain loops for. */
    private static memory.desc result(long rows, long columns, long longer) {
        long rowLength = rows == 1 ? columns : longer;
        return new memory.desc(new long[] {1, 1, rows, columns}, memory.data_type.f32, new long[] {
            rows * rowLength, rows * rowLength, rowLength, 1
        });
    }

    private static int operand(int number) {
        return (number + 1) * DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1;
    }

    /** Multiplies rows with their scales and adds a bias, in place: arrays {@code scales, bias, result}. */
    record ScaledRows(long rows, long columns, long rowLength, Gelu gelu)
            implements Operation.Recipe<PrimitiveOperation> {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc result = Layouts.matrix(memory.data_type.f32, rows, columns, false, rowLength);
            memory.desc scales = Layouts.rowMajor(rows, 1);
            memory.desc bias = Layouts.rowMajor(1, columns);
            primitive_attr attributes = Layouts.callersScratch();
            post_ops after = new post_ops();
            after.append_binary(algorithm.binary_add, bias);
            if (gelu != null) {
                after.append_eltwise(Elementwise.algorithm(gelu), 0, 0);
            }
            attributes.set_post_ops(after);
            var description =
                    new binary.primitive_desc(engine, algorithm.binary_mul, result, scales, result, attributes, false);
            return new PrimitiveOperation(
                    engine,
                    new binary(description),
                    description,
                    new Argument(DNNL_ARG_SRC_1, scales),
                    new Argument(operand(0), bias),
                    new Argument(DNNL_ARG_SRC_0, result),
                    new Argument(DNNL_ARG_DST, result));
        }
    }
}
