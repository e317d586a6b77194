package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A weight rounded to 8 bits, relative to the largest number of each of its columns.
 *
 * @param columns how it is cut
 */
record QuantizedMatrix(Blocks columns, List<Part> parts) implements AutoCloseable {
    /** Columns that are multiplied at a time; few enough that threads can share a weight for a single text. */
    private static final long TOGETHER = 384;

    /** Some columns, and the scale of each. */
    record Part(QuantizedLayout layout, memory whole, memory columnScales) {
        Pointer values() {
            return whole.get_data_handle();
        }

        Pointer scales() {
            return columnScales.get_data_handle();
        }
    }

    /** @param layouts that of a number of columns */
    static QuantizedMatrix of(
            Workspace workspace,
            engine engine,
            FloatPointer values,
            long out,
            Function<Long, QuantizedLayout> layouts) {
        Blocks columns = new Blocks(out, TOGETHER);
        return new QuantizedMatrix(
                columns,
                IntStream.range(0, columns.count())
                        .mapToObj(number -> part(
                                workspace,
                                engine,
                                values.getPointer(columns.start(number)),
                                layouts.apply(columns.sizeOf(number))))
                        .toList());
    }

    private static Part part(Workspace workspace, engine engine, FloatPointer values, QuantizedLayout layout) {
        memory whole = new memory(layout.packed(), engine);
        memory scales = new memory(Layouts.rowMajor(layout.out()), engine);
        whole.retainReference();
        scales.retainReference();
        float[] columns = Loops.columnMaxima(
                values, layout.in(), Math.toIntExact(layout.out()), Math.toIntExact(layout.rowLength()));
        for (int i = 0; i < columns.length; i++) {
            columns[i] = Quantizer.weightScale(columns[i]);
        }
        new FloatPointer(scales.get_data_handle()).put(columns);
        workspace.run(new Packing(layout), values, scales.get_data_handle(), whole.get_data_handle());
        return new Part(layout, whole, scales);
    }

    @Override
    public void close() {
        parts.forEach(part -> {
            part.whole().close();
            part.columnScales().close();
        });
    }

    /** Divides columns by their scales, rounds, and packs: arrays {@code values, scales, whole}. */
    private record Packing(QuantizedLayout layout) implements Operation.Recipe<PrimitiveOperation> {
        private static final int BY_COLUMN = 0b1000;

        @Override
        public PrimitiveOperation make(engine engine) {
            long size = layout.in() * layout.rowLength();
            memory.desc exact =
                    new memory.desc(new long[] {1, 1, layout.in(), layout.out()}, memory.data_type.f32, new long[] {
                        size, size, layout.rowLength(), 1
                    });
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
