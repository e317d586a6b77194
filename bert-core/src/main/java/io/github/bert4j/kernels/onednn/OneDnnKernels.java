package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.AdamStep;
import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.NativeMemory;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.Projection;
import io.github.bert4j.kernels.Sequences;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.kernels.onednn.Product.Matrix;
import io.github.bert4j.kernels.onednn.Product.Size;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.nativeblas.NativeOpsHolder;

/** {@link Kernels} on oneDNN's primitives, and in Java loops where it has none that is fast. */
public final class OneDnnKernels implements Kernels {
    /** With fewer rows or columns a product takes longer than its share of the whole. */
    private static final long PRODUCT_SIDE = 256;

    private static final long QUANTIZED_ROWS = 64;
    private static final long NORMALIZED_ROWS = 64;

    private final Precision precision;
    private final engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
    private final KeptMatrices kept = new KeptMatrices(engine);

    private final Workers workers = new Workers();

    /** As many as there were calls at a time. */
    private final Deque<Workspace> idle = new ConcurrentLinkedDeque<>();

    private volatile boolean closed;

    /** @param precision one that this machine has */
    public OneDnnKernels(Precision precision) {
        this.precision = precision;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public void lookup(INDArray table, INDArray indices, INDArray target, boolean add) {
        int width = columns(table);
        if (add) {
            Loops.addRows(floats(table), ints(indices), width, floats(target), null);
        } else {
            Loops.copyRows(floats(table), ints(indices), width, floats(target));
        }
    }

    @Override
    public void scatterAdd(INDArray rows, INDArray indices, INDArray target, boolean add) {
        FloatPointer sums = floats(target);
        if (!add) {
            Pointer.memset(sums, 0, target.length() * Float.BYTES);
        }
        Loops.addRows(floats(rows), null, columns(rows), sums, ints(indices));
    }

    @Override
    public void dense(INDArray x, List<Projection> projections) {
        if (projections.stream().allMatch(each -> isQuantized(each.kernel()))) {
            quantizedDense(x, projections, null);
        } else {
            Kernels.super.dense(x, projections);
        }
    }

    @Override
    public void dense(INDArray x, DenseKernel kernel, INDArray bias, Gelu gelu, INDArray y) {
        if (isQuantized(kernel)) {
            quantizedDense(x, List.of(new Projection(kernel, bias, y)), gelu);
            return;
        }
        boolean turned = kernel.layout() == KernelLayout.OUT_IN;
        Product product = new Product(false, turned, bias != null, gelu, false, precision);
        Size size = new Size(x.size(0), x.size(1), y.size(1));
        multiply(product, size, x, kernel.values(), kernel.fixed(), bias, y);
    }

    @Override
    public void denseInputGradient(INDArray dy, DenseKernel kernel, INDArray dx, boolean add) {
        boolean turned = kernel.layout() == KernelLayout.IN_OUT;
        Product product = new Product(false, turned, false, null, add, precision);
        Size size = new Size(dy.size(0), dy.size(1), dx.size(1));
        multiply(product, size, dy, kernel.values(), kernel.fixed(), null, dx);
    }

    @Override
    public void denseKernelGradient(INDArray x, INDArray dy, KernelLayout layout, INDArray dKernel) {
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
        Blocks rows = new Blocks(x.size(0), QUANTIZED_ROWS);
        withKept(workspace -> {
            BytePointer whole = new BytePointer(workspace.room(Room.LEFT, x.length()));
            FloatPointer scales = new FloatPointer(workspace.room(Room.RIGHT, x.size(0) * Float.BYTES));
            share(rows.count(), (own, task) -> {
                long start = rows.start(task);
                FloatPointer values = floats(x).getPointer(start * in);
                Quantizer.rows(
                        own, values, rows.sizeOf(task), in, whole.getPointer(start * in), scales.getPointer(start));
            });
            List<QuantizedTask> tasks = new ArrayList<>();
            for (Projection each : projections) {
                INDArray kernel = each.kernel().values();
                QuantizedMatrix weight = kept.quantized(workspace, floats(kernel), in, kernel.size(1));
                for (int row = 0; row < rows.count(); row++) {
                    for (int part = 0; part < weight.parts().size(); part++) {
                        tasks.add(new QuantizedTask(weight, part, row, floats(each.bias()), floats(each.y()), gelu));
                    }
                }
            }
            share(tasks.size(), (own, task) -> tasks.get(task).run(own, rows, whole, scales));
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
            Matrix third = new Matrix(floats(result), size.columns(), false, Float.BYTES);
            share(rows.count() * columns.count(), (own, task) -> {
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
                                bias == null ? null : floats(bias).getPointer(start),
                                third.from(top, start));
            });
        });
    }

    /** As {@link #withWorkspace}, while no kept copy of a weight is freed. */
    private void withKept(Consumer<Workspace> call) {
        kept.use().lock();
        try {
            withWorkspace(call);
        } finally {
            kept.use().unlock();
        }
    }

    /** The numbers of a matrix in the precision of products. */
    private Matrix factor(Workspace workspace, Room room, INDArray matrix, boolean fixed, boolean transposed) {
        FloatPointer exact = floats(matrix);
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
        inBlocks(
                count,
                (own, start, size) -> own.run(
                        new Rounding(size), exact.getPointer(start), rounded.getPointer(start * Rounding.BYTES)));
    }

    @Override
    public void columnSums(INDArray x, INDArray sums) {
        Loops.columnSums(workers, floats(x), x.size(0), columns(x), floats(sums));
    }

    @Override
    public void gelu(Gelu gelu, INDArray x, INDArray y) {
        inBlocks(
                x.length(),
                (own, start, size) -> own.run(
                        new Elementwise.GeluForward(gelu, size),
                        floats(x).getPointer(start),
                        floats(y).getPointer(start)));
    }

    @Override
    public void geluGradient(Gelu gelu, INDArray x, INDArray dy, INDArray dx) {
        inBlocks(
                x.length(),
                (own, start, size) -> own.run(
                        new Elementwise.GeluBackward(gelu, size),
                        floats(x).getPointer(start),
                        floats(dy).getPointer(start),
                        floats(dx).getPointer(start)));
    }

    @Override
    public void add(INDArray a, INDArray b, INDArray sum) {
        inBlocks(
                a.length(),
                (own, start, size) -> own.run(
                        new Elementwise.Sum(size),
                        floats(a).getPointer(start),
                        floats(b).getPointer(start),
                        floats(sum).getPointer(start)));
    }

    @Override
    public void dropout(DropoutMask mask, INDArray x, INDArray y) {
        if (!mask.keepsAll()) {
            Loops.dropout(workers, mask, 0, floats(x), floats(y), x.length(), Loops.threads(x.length()));
        } else if (x != y) {
            Pointer.memcpy(floats(y), floats(x), x.length() * Float.BYTES);
        }
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float epsilon, INDArray y, INDArray mean, INDArray variance) {
        long width = x.size(1);
        Blocks rows = new Blocks(x.size(0), NORMALIZED_ROWS);
        share(rows.count(), (own, task) -> {
            long start = rows.start(task);
            long count = rows.sizeOf(task);
            own.run(
                    new NormalizedRows.Forward(count, width, epsilon),
                    floats(x).getPointer(start * width),
                    floats(gamma),
                    floats(beta),
                    floats(y).getPointer(start * width),
                    mean == null
                            ? own.room(Room.FIRST_VECTOR, count * Float.BYTES)
                            : floats(mean).getPointer(start),
                    variance == null
                            ? own.room(Room.SECOND_VECTOR, count * Float.BYTES)
                            : floats(variance).getPointer(start));
        });
    }

    @Override
    public void layerNormGradient(
            INDArray x,
            INDArray mean,
            INDArray variance,
            INDArray gamma,
            float epsilon,
            INDArray dy,
            INDArray dx,
            INDArray dGamma,
            INDArray dBeta) {
        long width = x.size(1);
        Blocks rows = new Blocks(x.size(0), NORMALIZED_ROWS);
        withWorkspace(workspace -> {
            // Of each block's rows; summed in the order of the blocks, whoever computes them.
            long bytes = rows.count() * width * Float.BYTES;
            FloatPointer gammas = new FloatPointer(workspace.room(Room.FIRST_VECTOR, bytes));
            FloatPointer betas = new FloatPointer(workspace.room(Room.SECOND_VECTOR, bytes));
            share(rows.count(), (own, task) -> {
                long start = rows.start(task);
                own.run(
                        new NormalizedRows.Backward(new NormalizedRows.Forward(rows.sizeOf(task), width, epsilon)),
                        floats(x).getPointer(start * width),
                        floats(mean).getPointer(start),
                        floats(variance).getPointer(start),
                        floats(gamma),
                        floats(dy).getPointer(start * width),
                        floats(dx).getPointer(start * width),
                        gammas.getPointer(task * width),
                        betas.getPointer(task * width));
            });
            if (dGamma != null) {
                Loops.columnSums(workers, gammas, rows.count(), columns(x), floats(dGamma));
            }
            if (dBeta != null) {
                Loops.columnSums(workers, betas, rows.count(), columns(x), floats(dBeta));
            }
        });
    }

    @Override
    public void attention(
            INDArray query,
            INDArray key,
            INDArray value,
            Sequences queries,
            Sequences keys,
            int heads,
            DropoutMask mask,
            INDArray context) {
        share(
                new HeadShares(queries, keys, heads, columns(query), mask),
                (attention, ofQueries, ofKeys) -> attention.forward(
                        ofQueries.of(floats(query)),
                        ofKeys.of(floats(key)),
                        ofKeys.of(floats(value)),
                        ofQueries.of(floats(context))));
    }

    @Override
    public void attentionGradient(
            INDArray query,
            INDArray key,
            INDArray value,
            INDArray dContext,
            Sequences queries,
            Sequences keys,
            int heads,
            DropoutMask mask,
            INDArray dQuery,
            INDArray dKey,
            INDArray dValue) {
        share(
                new HeadShares(queries, keys, heads, columns(query), mask),
                (attention, ofQueries, ofKeys) -> attention.backward(
                        ofQueries.of(floats(query)),
                        ofKeys.of(floats(key)),
                        ofKeys.of(floats(value)),
                        ofQueries.of(floats(dContext)),
                        ofQueries.of(floats(dQuery)),
                        ofKeys.of(floats(dKey)),
                        ofKeys.of(floats(dValue))));
    }

    @Override
    public double sumOfSquares(INDArray x) {
        return Updates.sumOfSquares(workers, floats(x), x.length());
    }

    @Override
    public void adam(
            AdamStep step, INDArray parameter, INDArray gradient, INDArray firstMoment, INDArray secondMoment) {
        new Updates(workers, step, floats(parameter), floats(gradient), floats(firstMoment), floats(secondMoment))
                .all(parameter.length());
    }

    @Override
    public void adamOfRows(
            AdamStep step,
            INDArray table,
            int[] rows,
            INDArray gradient,
            int[] gradientRows,
            INDArray firstMoment,
            INDArray secondMoment) {
        new Updates(workers, step, floats(table), floats(gradient), floats(firstMoment), floats(secondMoment))
                .rows(columns(table), rows, gradientRows);
    }

    @Override
    public void weightsChanged() {
        kept.forget();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            workers.close();
            idle.forEach(Workspace::close);
            idle.clear();
            kept.close();
            engine.close();
        }
    }

    private void share(HeadShares shares, HeadShares.Computation computation) {
        workers.together(shares.threads(), () -> withWorkspace(own -> shares.work(own, computation)));
    }

    /** A task with a workspace of the thread that has taken it. */
    private interface Task {
        void run(Workspace own, int number);
    }

    private void share(int tasks, Task task) {
        AtomicInteger next = new AtomicInteger();
        workers.together(
                Math.min(tasks, Threads.inUse()),
                () -> withWorkspace(own -> {
                    for (int number = next.getAndIncrement(); number < tasks; number = next.getAndIncrement()) {
                        task.run(own, number);
                    }
                }));
    }

    /** A part of an array. */
    private interface Part {
        void run(Workspace own, long start, long size);
    }

    private void inBlocks(long count, Part part) {
        Blocks blocks = new Blocks(count, Loops.SHARE);
        share(blocks.count(), (own, task) -> part.run(own, blocks.start(task), blocks.sizeOf(task)));
    }

    /** On one thread; work is shared among ours alone, since others that wait for it would hold them up. */
    private void withWorkspace(Consumer<Workspace> call) {
        if (closed) {
            throw new IllegalStateException("These kernels are closed: they can no longer compute");
        }
        // OpenMP keeps the number per calling thread; ND4J's function sets that of the runtime it shares with oneDNN.
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        Workspace leased = idle.poll();
        Workspace workspace = leased == null ? new Workspace(engine, workers, Workspace.USUAL_CAPACITY) : leased;
        try {
            NativeMemory.allocate(() -> {
                call.accept(workspace);
                return workspace;
            });
        } finally {
            idle.push(workspace);
        }
    }

    private static int columns(INDArray matrix) {
        return Math.toIntExact(matrix.size(1));
    }

    private static FloatPointer floats(INDArray array) {
        return new FloatPointer(array.data().addressPointer());
    }

    private static int[] ints(INDArray indices) {
        int[] values = new int[Math.toIntExact(indices.length())];
        new IntPointer(indices.data().addressPointer()).get(values);
        // The pointer alone does not keep the memory of an array that nobody else refers to.
        Reference.reachabilityFence(indices);
        return values;
    }
}
