package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bert4j.kernels.onednn.PrimitiveOperation.Argument;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reduction;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Rounds the rows of a matrix to whole numbers from -127 to 127, each relative to its largest number: {@code x = scale · whole}.
 */
final class Quantizer {
    /** The largest whole number. */
    private static final float LARGEST = 127;

    /** Without instructions for them, two products of 8 bits are summed in 16, which they overflow unless one has 7. */
    private static final float LARGEST_OF_WEIGHTS = OneDnn.hasInt8() ? LARGEST : 64;

    private Quantizer() {}

    /** The rows of x [rows, columns], and the scale of each. */
    static void rows(Workspace workspace, FloatPointer x, long rows, long columns, Pointer whole, FloatPointer scales) {
        FloatPointer smallest = new FloatPointer(workspace.room(Room.SECOND_VECTOR, rows * Float.BYTES));
        workspace.run(new Extreme(algorithm.reduction_max, rows, columns), x, scales);
        workspace.run(new Extreme(algorithm.reduction_min, rows, columns), x, smallest);
        int count = Math.toIntExact(rows);
        float[] highs = new float[count];
        float[] lows = new float[count];
        scales.get(highs);
        smallest.get(lows);
        for (int i = 0; i < count; i++) {
            highs[i] = scale(Math.max(highs[i], -lows[i]), LARGEST);
        }
        scales.put(highs);
        workspace.run(new Rounding(rows, columns), x, scales, whole);
    }

    /** That of a weight's column, whose absolute values are at most this. */
    static float weightScale(float largest) {
        return scale(largest, LARGEST_OF_WEIGHTS);
    }

    /** NaN for what has no largest number: it must not come out as one. */
    private static float scale(float largest, float whole) {
        return largest == 0 ? 1 : largest > 0 ? largest / whole : Float.NaN;
    }

    /** The largest, or the smallest, number of each row: arrays {@code x, result}. */
    private record Extreme(algorithm kind, long rows, long columns) implements Operation.Recipe<PrimitiveOperation> {
        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc x = Layouts.rowMajor(rows, columns);
            memory.desc result = Layouts.rowMajor(rows, 1);
            var description =
                    new reduction.primitive_desc(engine, kind, x, result, 0, 0, Layouts.callersScratch(), false);
            return new PrimitiveOperation(
                    engine,
                    new reduction(description),
                    description,
                    new Argument(DNNL_ARG_SRC, x),
                    new Argument(DNNL_ARG_DST, result));
        }
    }

    /** Divides rows by their scales, and rounds: arrays {@code x, scales, whole}. */
    private record Rounding(long rows, long columns) implements Operation.Recipe<PrimitiveOperation> {
        private static final int BY_ROW = 1;

        @Override
        public PrimitiveOperation make(engine engine) {
            memory.desc exact = Layouts.rowMajor(rows, columns);
            memory.desc whole = Layouts.rowMajor(memory.data_type.s8, rows, columns);
            primitive_attr attributes = Layouts.callersScratch();
            attributes.set_scales_mask(DNNL_ARG_TO, BY_ROW);
            var description = new reorder.primitive_desc(engine, exact, engine, whole, attributes, false);
            return new PrimitiveOperation(
                    engine,
                    new reorder(description),
                    description,
                    new Argument(DNNL_ARG_FROM, exact),
                    new Argument(DNNL_ARG_ATTR_SCALES | DNNL_ARG_TO, Layouts.rowMajor(rows)),
                    new Argument(DNNL_ARG_TO, whole));
        }
    }
}
