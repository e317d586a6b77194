package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A weight rounded to 8 bits, and the scale of each of its columns. */
record QuantizedMatrix(QuantizedLayout layout, memory whole, memory columnScales) implements AutoCloseable {

    static QuantizedMatrix of(Workspace workspace, engine engine, QuantizedLayout layout, FloatPointer values) {
        memory whole = new memory(layout.packed(), engine);
        memory scales = new memory(Layouts.rowMajor(layout.out()), engine);
        whole.retainReference();
        scales.retainReference();
        float[] columns = Loops.columnMaxima(values, layout.in(), Math.toIntExact(layout.out()));
        for (int i = 0; i < columns.length; i++) {
            columns[i] = Quantizer.weightScale(columns[i]);
        }
        new FloatPointer(scales.get_data_handle()).put(columns);
        workspace.run(new Packing(layout), values, scales.get_data_handle(), whole.get_data_handle());
        return new QuantizedMatrix(layout, whole, scales);
    }

    Pointer values() {
        return whole.get_data_handle();
    }

    Pointer scales() {
        return columnScales.get_data_handle();
    }

    @Override
    public void close() {
        whole.close();
        columnScales.close();
    }

    /** Divides columns by their scales, rounds, and packs: arrays {@code values, scales, whole}. */
    private record Packing(QuantizedLayout layout) implements Operation.Recipe<PrimitiveOperation> {
        private static final int BY_COLUMN = 0b1000;

        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc exact = Layouts.rowMajor(1, 1, layout.in(), layout.out());
            primitive_attr attributes = Layouts.callersScratch();
            attributes.set_scales_mask(DNNL_ARG_TO, BY_COLUMN);
            var description = new reorder.primitive_desc(engine, exact, engine, layout.packed(), attributes, false);
            return new PrimitiveOperation(
                    engine,
                    new reorder(description),
                    description,
                    new Argument(DNNL_ARG_FROM, exact),
                    new Argument(DNNL_ARG_ATTR_SCALES | DNNL_ARG_TO, Layouts.rowMajor(layout.out())),
                    new Argument(DNNL_ARG_TO, layout.packed()));
        }
    }
}
