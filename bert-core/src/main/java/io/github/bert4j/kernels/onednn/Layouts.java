package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.Precision;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** oneDNN's descriptions of how arrays lie in memory; of float32 numbers, unless said otherwise. */
final class Layouts {
    private static final memory.data_type FLOAT = memory.data_type.f32;

    private Layouts() {}

    static memory.desc rowMajor(long... shape) {
        return rowMajor(FLOAT, shape);
    }

    static memory.desc rowMajor(memory.data_type type, long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return new memory.desc(shape, type, strides);
    }

    /** @param rowLength distance between rows as they are stored; of a transposed matrix they are the columns */
    static memory.desc matrix(memory.data_type type, long rows, long columns, boolean transposed, long rowLength) {
        long[] strides = {transposed ? 1 : rowLength, transposed ? rowLength : 1};
        return new memory.desc(new long[] {rows, columns}, type, strides);
    }

    static memory.desc bytes(long count) {
        return new memory.desc(new long[] {count}, memory.data_type.u8, new long[] {1});
    }

    static memory.data_type type(Precision precision) {
        return switch (precision) {
            // What is rounded to 8 bits is no product of this kind.
            case FLOAT32, INT8 -> FLOAT;
            case BF16 -> memory.data_type.bf16;
        };
    }

    /** Scratch room is the caller's: oneDNN's own belongs to the thread that made the primitive. */
    static primitive_attr callersScratch() {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(scratchpad_mode.user);
        return attributes;
    }
}
