package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/** Functions of one or two arrays, element by element. */
sealed interface Elementwise extends Operation.Recipe<PrimitiveOperation> {

    /** Arrays {@code a, b, a + b}. */
    record Sum(long count) implements Elementwise {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc layout = Layouts.rowMajor(count);
            var description = new binary.primitive_desc(
                    engine, algorithm.binary_add, layout, layout, layout, Layouts.callersScratch(), false);
            return new PrimitiveOperation(
                    engine,
                    new binary(description),
                    description,
                    new Argument(DNNL_ARG_SRC_0, layout),
                    new Argument(DNNL_ARG_SRC_1, layout),
                    new Argument(DNNL_ARG_DST, layout));
        }
    }

    /** Arrays {@code x, gelu(x)}. */
    record GeluForward(Gelu gelu, long count) implements Elementwise {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc layout = Layouts.rowMajor(count);
            var description = forward(engine, gelu, layout);
            return new PrimitiveOperation(
                    engine,
                    new eltwise_forward(description),
                    description,
                    new Argument(DNNL_ARG_SRC, layout),
                    new Argument(DNNL_ARG_DST, layout));
        }
    }

    /** Arrays {@code x, dy, dx}. */
    record GeluBackward(Gelu gelu, long count) implements Elementwise {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc layout = Layouts.rowMajor(count);
            var description = new eltwise_backward.primitive_desc(
                    engine,
                    algorithm(gelu),
                    layout,
                    layout,
                    layout,
                    forward(engine, gelu, layout),
                    Layouts.callersScratch(),
                    false);
            return new PrimitiveOperation(
                    engine,
                    new eltwise_backward(description),
                    description,
                    new Argument(DNNL_ARG_SRC, layout),
                    new Argument(DNNL_ARG_DIFF_DST, layout),
                    new Argument(DNNL_ARG_DIFF_SRC, layout));
        }
    }

    private static eltwise_forward.primitive_desc forward(engine engine, Gelu gelu, memory.desc layout) {
        return new eltwise_forward.primitive_desc(
                engine, prop_kind.forward_training, algorithm(gelu), layout, layout, Layouts.callersScratch(), false);
    }

    static algorithm algorithm(Gelu gelu) {
        return switch (gelu) {
            case TANH -> algorithm.eltwise_gelu_tanh;
            case ERF -> algorithm.eltwise_gelu_erf;
        };
    }
}
