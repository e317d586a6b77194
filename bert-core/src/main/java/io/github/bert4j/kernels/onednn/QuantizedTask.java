package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.Gelu;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Some rows of the product of a matrix and some columns of a weight, both rounded to 8 bits.
 *
 * @param part number of the weight's
 * @param block number of the rows'
 * @param bias of all columns
 * @param result of all rows and columns
 */
record QuantizedTask(QuantizedMatrix weight, int part, int block, FloatPointer bias, FloatPointer result, Gelu gelu) {

    /** @param whole all rows, and {@code scales} theirs */
    void run(Workspace workspace, Blocks rows, BytePointer whole, FloatPointer scales) {
        QuantizedMatrix.Part of = weight.parts().get(part);
        QuantizedLayout layout = of.layout();
        long start = rows.start(block);
        long count = rows.sizeOf(block);
        long column = weight.columns().start(part);
        BytePointer left = whole.getPointer(start * layout.in());
        FloatPointer factors = scales.getPointer(start);
        FloatPointer added = bias.getPointer(column);
        FloatPointer y = result.getPointer(start * layout.rowLength() + column);
        if (layout.all()) {
            workspace.run(new QuantizedProduct(count, layout, gelu), left, of.values(), of.scales(), y, factors, added);
        } else {
            workspace.run(new QuantizedProduct(count, layout, null), left, of.values(), of.scales(), y);
            workspace.run(
                    new QuantizedProduct.ScaledRows(count, layout.out(), layout.rowLength(), gelu),
                    factors,
                    added,
                    y,
                    y);
        }
    }
}
