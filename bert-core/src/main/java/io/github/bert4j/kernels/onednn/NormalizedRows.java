package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.layer_normalization_backward;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.memory;

/** Layer normalization of the rows of a matrix. */
sealed interface NormalizedRows extends Operation.Recipe<PrimitiveOperation> {
    int SCALE_AND_SHIFT = normalization_flags.use_scale.value | normalization_flags.use_shift.value;

    /** Arrays {@code x, gamma, beta, y, mean, variance}. */
    record Forward(long rows, long width, float epsilon) implements NormalizedRows {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc matrix = Layouts.rowMajor(rows, width);
            memory.desc perColumn = Layouts.rowMajor(width);
            memory.desc perRow = Layouts.rowMajor(rows);
            var description = description(engine);
            return new PrimitiveOperation(
                    engine,
                    new layer_normalization_forward(description),
                    description,
                    new Argument(DNNL_ARG_SRC, matrix),
                    new Argument(DNNL_ARG_SCALE, perColumn),
                    new Argument(DNNL_ARG_SHIFT, perColumn),
                    new Argument(DNNL_ARG_DST, matrix),
                    new Argument(DNNL_ARG_MEAN, perRow),
                    new Argument(DNNL_ARG_VARIANCE, perRow));
        }

        layer_normalization_forward.primitive_desc description(engine engine) {
            memory.desc matrix = Layouts.rowMajor(rows, width);
            return new layer_normalization_forward.primitive_desc(
                    engine,
                    prop_kind.forward_training.value,
                    matrix,
                    matrix,
                    Layouts.rowMajor(rows),
                    epsilon,
                    SCALE_AND_SHIFT,
                    Layouts.callersScratch(),
                    false);
        }
    }

    /** Arrays {@code x, mean, variance, gamma, dy, dx, dGamma, dBeta}. */
    record Backward(Forward forward) implements NormalizedRows {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc matrix = Layouts.rowMajor(forward.rows, forward.width);
            memory.desc perColumn = Layouts.rowMajor(forward.width);
            memory.desc perRow = Layouts.rowMajor(forward.rows);
            var description = new layer_normalization_backward.primitive_desc(
                    engine,
                    prop_kind.backward.value,
                    matrix,
                    matrix,
                    matrix,
                    perRow,
                    forward.epsilon,
                    SCALE_AND_SHIFT,
                    forward.description(engine),
                    Layouts.callersScratch(),
                    false);
            return new PrimitiveOperation(
                    engine,
                    new layer_normalization_backward(description),
                    description,
                    new Argument(DNNL_ARG_SRC, matrix),
                    new Argument(DNNL_ARG_MEAN, perRow),
                    new Argument(DNNL_ARG_VARIANCE, perRow),
                    new Argument(DNNL_ARG_SCALE, perColumn),
                    new Argument(DNNL_ARG_DIFF_DST, matrix),
                    new Argument(DNNL_ARG_DIFF_SRC, matrix),
                    new Argument(DNNL_ARG_DIFF_SCALE, perColumn),
                    new Argument(DNNL_ARG_DIFF_SHIFT, perColumn));
        }
    }
}
