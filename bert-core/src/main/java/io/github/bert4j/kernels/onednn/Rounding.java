package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;

/** Rounds float32 numbers to bfloat16 ones, to the nearest: arrays {@code from, to}. */
record Rounding(long count) implements Operation.Recipe<PrimitiveOperation> {
    /** Of a bfloat16 number. */
    static final int BYTES = 2;

    @Override
    public PrimitiveOperation make(engine engine) {
        memory.desc exact = Layouts.rowMajor(count);
        memory.desc rounded = new memory.desc(new long[] {count}, Layouts.type(Precision.BF16), new long[] {1});
        var description = new reorder.primitive_desc(engine, exact, engine, rounded, Layouts.callersScratch(), false);
        return new PrimitiveOperation(
                engine,
                new reorder(description),
                description,
                new Argument(DNNL_ARG_FROM, exact),
                new Argument(DNNL_ARG_TO, rounded));
    }
}
