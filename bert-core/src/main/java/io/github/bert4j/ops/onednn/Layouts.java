package io.github.bert4j.ops.onednn;

import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** oneDNN's descriptions of how float32 arrays lie in memory. */
final class Layouts {
    static final memory.data_type FLOAT = memory.data_type.f32;

    private Layouts() {}

    static memory.desc rowMajor(long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strided(shape, strides);
    }

    static memory.desc strided(long[] shape, long[] strides) {
        return new memory.desc(shape, FLOAT, strides);
    }

    /** Scratch room is the caller's: oneDNN's own belongs to the thread that made the primitive. */
    static primitive_attr callersScratch() {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(scratchpad_mode.user);
        return attributes;
    }
}
