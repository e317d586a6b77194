package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.Projection;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.kernels.onednn.Product.Matrix;
import io.github.bert4j.kernels.onednn.Product.Size;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The matrix products of dense layers, in one precision; see {@link io.github.bert4j.kernels.Kernels}. */
final class Products implements AutoCloseable {
    /** With fewer rows or columns a product takes longer than its share of the whole. */
    private static final long PRODUCT_SIDE = 256;

    private static final long QUANTIZED_ROWS = 64;

    private final Precision precision;
    private final Sharing sharing;
    private final KeptMatrices kept;

    Products(Precision precision, engine engine, Sharing sharing) {
        this.precision = precision;
        this.sharing = sharing;
        this.kept = new KeptMatrices(engine);
    }

    void dense(INDArray x, List<Projection> projections) {
        if (projections.stream().allMatch(each -> isQuantized(each.kernel()))) {
            quantizedDense(x, projections, null);
        } else {
            projections.forEach(each -> dense(x, each.kernel(), each.bias(), null, each.y()));
        }
    }

    void dense(INDArray x, DenseKernel kernel, INDArray bias, Gelu gelu, INDArray y) {
        if (isQuantized(kernel)) {
            quantizedDense(x, List.of(new Projection(kernel, bias, y)), gelu);
            return;
        }
        boolean turned = kernel.layout() == KernelLayout.OUT_IN;
        Product product = new Product(false, turned, bias != null, gelu, false, precision);
        Size size = new Size(x.size(0), x.size(1), y.size(1));
        multiply(product, size, x, kernel.values(), kernel.fixed(), bias, y);
    }

    void denseInputGradient(INDArray dy, DenseKernel kernel, INDArray dx, boolean add) {
        boolean turned = kernel.layout() == KernelLayout.IN_OUT;
        Product product = new Product(false, turned, false, null, add, precision);
        Size size = new Size(dy.size(0), dy.size(1), dx.size(1));
        multiply(product, size, dy, kernel.values(), kernel.fixed(), null, dx);
    }

    void denseKernelGradient(INDArray x, INDArray dy, KernelLayout layout, INDArray dKernel) {
        INDArray first = layout == KernelLayout.IN_OUT ? x : dy;
        INDArray second = layout == KernelLayout.IN_OUT ? dy : x;
        Product product = new Product(true, false, false, null, false, precision);
        Size size = new Size(first.size(1), first.size(0), second.size(1));
        multiply(product, size, first, second, false, null, dKernel);
    }

    private boolean isQuantized(DenseKernel kernel) {
        return precision == Precision.INT8 && kernel.coarse() && kernel.fixed();
    }

    private void quantizedDense(INDArray x, List<Projection> projections, Gelu gelu) {
        long in = x.size(1);
        FloatPointer exact = OneDnnKernels.floats(x);
        Blocks rows = new Blocks(x.size(0), QUANTIZED_ROWS);
        withKept(workspace -> {
            BytePointer whole = new BytePointer(workspace.room(Room.LEFT, x.length()));
            FloatPointer scales = new FloatPointer(workspace.room(Room.RIGHT, x.size(0) * Float.BYTES));
            sharing.share(rows.count(), (own, task) -> {
                long start = rows.start(task);
                Quantizer.rows(
                        own,
                        exact.getPointer(start * in),
                        rows.sizeOf(task),
                        in,
                        whole.getPointer(start * in),
                        scales.getPointer(start));
            });
            List<QuantizedTask> tasks = new ArrayList<>();
            for (Projection each : projections) {
                INDArray kernel = each.kernel().values();
                QuantizedMatrix weight = kept.quantized(workspace, OneDnnKernels.floats(kernel), in, kernel.size(1));
                FloatPointer bias = OneDnnKernels.floats(each.bias());
                FloatPointer result = OneDnnKernels.floats(each.y());
                for (int row = 0; row < rows.count(); row++) {
                    for (int part = 0; part < weight.parts().size(); part++) {
                        tasks.add(new QuantizedTask(weight, part, row, bias, result, gelu));
                    }
                }
            }
            sharing.share(tasks.size(), (own, task) -> tasks.get(task).run(own, rows, whole, scales));
        });
    }

    private void multiply(
            Product product, Size size, INDArray left, INDArray right, boolean fixed, INDArray bias, INDArray result) {
        int threads = Threads.inUse();
        // Each block reads all of the other factor: the longer side is cut.
        boolean tall = size.rows() > size.columns();
        Blocks rows = tall ? Blocks.forThreads(threads, PRODUCT_SIDE, size.rows()) : Blocks.one(size.rows());
        Blocks columns = tall ? Blocks.one(size.columns()) : Blocks.forThreads(threads, PRODUCT_SIDE, size.columns());
        withKept(workspace -> {
            Matrix first = factor(workspace, Room.LEFT, left, false, product.leftTransposed());
            Matrix second = factor(workspace, Room.RIGHT, right, fixed, product.rightTransposed());
            Matrix third = new Matrix(OneDnnKernels.floats(result), size.columns(), false, Float.BYTES);
            sharing.share(rows.count() * columns.count(), (own, task) -> {
                int row = task % rows.count();
                int column = task / rows.count();
                long top = rows.start(row);
                long start = columns.start(column);
                own.find(product)
                        .run(
                                own,
                                new Size(rows.sizeOf(row), size.inner(), columns.sizeOf(column)),
                                first.from(top, 0),
                                second.from(0, start),
                                bias == null ? null : OneDnnKernels.floats(bias).getPointer(start),
                                third.from(top, start));
            });
        });
    }

    /** As {@link Sharing#withWorkspace}, while no kept copy of a weight is freed. */
    private void withKept(Consumer<Workspace> call) {
        kept.use().lock();
        try {
            sharing.withWorkspace(call);
        } finally {
            kept.use().unlock();
        }
    }

    /** The numbers of a matrix in the precision of products. */
    private Matrix factor(Workspace workspace, Room room, INDArray matrix, boolean fixed, boolean transposed) {
        FloatPointer exact = OneDnnKernels.floats(matrix);
        return switch (precision) {
            case FLOAT32, INT8 -> new Matrix(exact, matrix.size(1), transposed, Float.BYTES);
            case BF16 -> {
                Pointer rounded = fixed
                        ? kept.rounded(workspace, exact, matrix.length())
                        : workspace.room(room, matrix.length() * Rounding.BYTES);
                if (!fixed) {
                    round(exact, new BytePointer(rounded), matrix.length());
                }
                yield new Matrix(rounded, matrix.size(1), transposed, Rounding.BYTES);
            }
        };
    }

    private void round(FloatPointer exact, BytePointer rounded, long count) {
        sharing.inBlocks(
                count,
                (own, start, size) -> own.run(
                        new Rounding(size), exact.getPointer(start), rounded.getPointer(start * Rounding.BYTES)));
    }

    /** Forgets rounded copies of weights. */
    void weightsChanged() {
        kept.forget();
    }

    @Override
    public void close() {
        kept.close();
    }
}
