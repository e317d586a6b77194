package io.github.bert4j.kernels.onednn;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;

/**
 * How this processor wants some columns of a weight, [in, out] of 8 bits, to lie.
 *
 * @param rowLength of the results, of which the columns are a part
 * @param all whether its products scale rows and add the bias at once
 */
record QuantizedLayout(long in, long out, long rowLength, memory.desc packed, boolean all) implements AutoCloseable {
    /** The layout is made for so many rows, and serves for any. */
    private static final long USUAL_ROWS = 64;

    static QuantizedLayout of(engine engine, long in, long out, long rowLength) {
        memory.desc any = new memory.desc(new long[] {1, 1, in, out}, memory.data_type.s8, format_tag.any);
        matmul.primitive_desc description =
                QuantizedProduct.description(engine, USUAL_ROWS, in, out, rowLength, any, true, null);
        // oneDNN's plain loops, in which it is able to do everything, are a thousand times slower.
        boolean all = !description.impl_info_str().getString().startsWith("ref");
        if (!all) {
            description = QuantizedProduct.description(engine, USUAL_ROWS, in, out, rowLength, any, false, null);
        }
        memory.desc packed = new memory.desc(description.weights_desc());
        packed.retainReference();
        return new QuantizedLayout(in, out, rowLength, packed, all);
    }

    @Override
    public void close() {
        packed.releaseReference();
    }
}
