package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;

/** SoftmaxOfRows of the rows of a matrix. */
sealed interface SoftmaxOfRows extends Operation.Recipe<PrimitiveOperation> {

    /** Arrays {@code x, y}, which may be one. */
    record Forward(long rows, long columns) implements SoftmaxOfRows {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc matrix = Layouts.rowMajor(rows, columns);
            var description = description(engine);
            return new PrimitiveOperation(
                    engine,
                    new softmax_forward(description),
                    description,
                    new Argument(DNNL_ARG_SRC, matrix),
                    new Argument(DNNL_ARG_DST, matrix));
        }

        softmax_forward.primitive_desc description(engine engine) {
            memory.desc matrix = Layouts.rowMajor(rows, columns);
            return new softmax_forward.primitive_desc(
                    engine,
                    prop_kind.forward_training,
                    algorithm.softmax_accurate,
                    matrix,
                    matrix,
                    1,
                    Layouts.callersScratch(),
                    false);
        }
    }

    /** Arrays {@code y, dy, dx}; the last two may be one. */
    record Backward(Forward forward) implements SoftmaxOfRows {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc matrix = Layouts.rowMajor(forward.rows, forward.columns);
            var description = new softmax_backward.primitive_desc(
                    engine,
                    algorithm.softmax_accurate,
                    matrix,
                    matrix,
                    matrix,
                    1,
                    forward.description(engine),
                    Layouts.callersScratch(),
                    false);
            return new PrimitiveOperation(
                    engine,
                    new softmax_backward(description),
                    description,
                    new Argument(DNNL_ARG_DST, matrix),
                    new Argument(DNNL_ARG_DIFF_DST, matrix),
                    new Argument(DNNL_ARG_DIFF_SRC, matrix));
        }
    }
}
