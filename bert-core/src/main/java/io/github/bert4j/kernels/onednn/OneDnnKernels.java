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
import io.github.bert4j.kernels.onednn.Product.Factor;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import java.lang.ref.Reference;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.nativeblas.NativeOpsHolder;

/** {@link Kernels} on oneDNN's primitives, and in Java loops where it has none that is fast. */
public final class OneDnnKernels implements Kernels {
    private final Precision precision;
    private final engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
    private final KeptMatrices kept = new KeptMatrices(engine);

    /** By their number of threads. */
    private final Map<Integer, Deque<Workspace>> idle = new ConcurrentHashMap<>();

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
        if (projections.stream().anyMatch(each -> !isQuantized(each.kernel()))) {
            Kernels.super.dense(x, projections);
            return;
        }
        withKept(workspace -> {
            Quantizer.rows(workspace, floats(x), x.size(0), x.size(1));
            projections.forEach(each -> quantizedDense(workspace, each, null));
        });
    }

    @Override
    public void dense(INDArray x, DenseKernel kernel, INDArray bias, Gelu gelu, INDArray y) {
        if (isQuantized(kernel)) {
            withKept(workspace -> {
                Quantizer.rows(workspace, floats(x), x.size(0), x.size(1));
                quantizedDense(workspace, new Projection(kernel, bias, y), gelu);
            });
            return;
        }
        Factor left = new Factor(Product.ANY, x.size(1), false);
        Factor right = new Factor(x.size(1), y.size(1), kernel.layout() == KernelLayout.OUT_IN);
        Product product = new Product(left, right, bias != null, gelu, false, precision);
        multiply(product, x.size(0), x, kernel.values(), kernel.fixed(), bias, y);
    }

    @Override
    public void denseInputGradient(INDArray dy, DenseKernel kernel, INDArray dx, boolean add) {
        Factor left = new Factor(Product.ANY, dy.size(1), false);
        Factor right = new Factor(dy.size(1), dx.size(1), kernel.layout() == KernelLayout.IN_OUT);
        Product product = new Product(left, right, false, null, add, precision);
        multiply(product, dy.size(0), dy, kernel.values(), kernel.fixed(), null, dx);
    }

    @Override
    public void denseKernelGradient(INDArray x, INDArray dy, KernelLayout layout, INDArray dKernel) {
        INDArray first = layout == KernelLayout.IN_OUT ? x : dy;
        INDArray second = layout == KernelLayout.IN_OUT ? dy : x;
        Factor left = new Factor(first.size(1), Product.ANY, true);
        Factor right = new Factor(Product.ANY, second.size(1), false);
        Product product = new Product(left, right, false, null, false, precision);
        multiply(product, first.size(0), first, second, false, null, dKernel);
    }

    private boolean isQuantized(DenseKernel kernel) {
        return precision == Precision.INT8 && kernel.coarse() && kernel.fixed();
    }

    /** Of the rows that {@link Quantizer#rows} has rounded. */
    private void quantizedDense(Workspace workspace, Projection projection, Gelu gelu) {
        INDArray y = projection.y();
        INDArray values = projection.kernel().values();
        QuantizedMatrix weight = kept.quantized(workspace, floats(values), values.size(0), values.size(1));
        QuantizedLayout layout = weight.layout();
        Pointer rows = workspace.room(Room.LEFT, y.size(0) * layout.in());
        Pointer scales = workspace.room(Room.FIRST_VECTOR, y.size(0) * Float.BYTES);
        FloatPointer bias = floats(projection.bias());
        FloatPointer result = floats(y);
        var product = new QuantizedProduct(y.size(0), layout, layout.all() ? gelu : null);
        if (layout.all()) {
            workspace.run(product, rows, weight.values(), weight.scales(), result, scales, bias);
        } else {
            workspace.run(product, rows, weight.values(), weight.scales(), result);
            workspace.run(new QuantizedProduct.ScaledRows(y.size(0), layout.out(), gelu), scales, bias, result, result);
        }
    }

    private void multiply(
            Product product, long size, INDArray left, INDArray right, boolean fixed, INDArray bias, INDArray result) {
        withKept(workspace -> workspace
                .find(product)
                .run(
                        workspace,
                        size,
                        factor(workspace, Room.LEFT, left, false),
                        factor(workspace, Room.RIGHT, right, fixed),
                        bias == null ? null : floats(bias),
                        floats(result)));
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
    private Pointer factor(Workspace workspace, Room room, INDArray matrix, boolean fixed) {
        FloatPointer exact = floats(matrix);
        long count = matrix.length();
        return switch (precision) {
            case FLOAT32, INT8 -> exact;
            case BF16 -> {
                if (fixed) {
                    yield kept.rounded(workspace, exact, count);
                }
                Pointer rounded = workspace.room(room, count * Rounding.BYTES);
                workspace.run(new Rounding(count), exact, rounded);
                yield rounded;
            }
        };
    }

    @Override
    public void columnSums(INDArray x, INDArray sums) {
        Loops.columnSums(floats(x), x.size(0), columns(x), floats(sums));
    }

    @Override
    public void gelu(Gelu gelu, INDArray x, INDArray y) {
        withWorkspace(workspace -> workspace.run(new Elementwise.GeluForward(gelu, x.length()), floats(x), floats(y)));
    }

    @Override
    public void geluGradient(Gelu gelu, INDArray x, INDArray dy, INDArray dx) {
        withWorkspace(workspace ->
                workspace.run(new Elementwise.GeluBackward(gelu, x.length()), floats(x), floats(dy), floats(dx)));
    }

    @Override
    public void add(INDArray a, INDArray b, INDArray sum) {
        withWorkspace(workspace -> workspace.run(new Elementwise.Sum(a.length()), floats(a), floats(b), floats(sum)));
    }

    @Override
    public void dropout(DropoutMask mask, INDArray x, INDArray y) {
        if (!mask.keepsAll()) {
            Loops.dropout(mask, 0, floats(x), floats(y), x.length(), Loops.threads(x.length()));
        } else if (x != y) {
            Pointer.memcpy(floats(y), floats(x), x.length() * Float.BYTES);
        }
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float epsilon, INDArray y, INDArray mean, INDArray variance) {
        withWorkspace(workspace -> workspace.run(
                new NormalizedRows.Forward(x.size(0), x.size(1), epsilon),
                floats(x),
                floats(gamma),
                floats(beta),
                floats(y),
                orRoom(mean, workspace, Room.FIRST_VECTOR, x.size(0)),
                orRoom(variance, workspace, Room.SECOND_VECTOR, x.size(0))));
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
        withWorkspace(workspace -> workspace.run(
                new NormalizedRows.Backward(new NormalizedRows.Forward(x.size(0), x.size(1), epsilon)),
                floats(x),
                floats(mean),
                floats(variance),
                floats(gamma),
                floats(dy),
                floats(dx),
                orRoom(dGamma, workspace, Room.FIRST_VECTOR, x.size(1)),
                orRoom(dBeta, workspace, Room.SECOND_VECTOR, x.size(1))));
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
        return Updates.sumOfSquares(floats(x), x.length());
    }

    @Override
    public void adam(
            AdamStep step, INDArray parameter, INDArray gradient, INDArray firstMoment, INDArray secondMoment) {
        new Updates(step, floats(parameter), floats(gradient), floats(firstMoment), floats(secondMoment))
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
        new Updates(step, floats(table), floats(gradient), floats(firstMoment), floats(secondMoment))
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
            idle.values().forEach(workspaces -> workspaces.forEach(Workspace::close));
            idle.clear();
            kept.close();
            engine.close();
        }
    }

    /** No thread waits for another until all is done. */
    private void share(HeadShares shares, HeadShares.Computation computation) {
        Loops.onThreads(shares.threads(), thread -> withWorkspace(1, workspace -> shares.work(workspace, computation)));
    }

    private void withWorkspace(Consumer<Workspace> call) {
        withWorkspace(Threads.inUse(), call);
    }

    /** There are as many workspaces for a number of threads as there were calls at a time. */
    private void withWorkspace(int threads, Consumer<Workspace> call) {
        if (closed) {
            throw new IllegalStateException("These kernels are closed: they can no longer compute");
        }
        // OpenMP keeps the number per calling thread; ND4J's function sets that of the runtime it shares with oneDNN.
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        Deque<Workspace> idle = this.idle.computeIfAbsent(threads, number -> new ConcurrentLinkedDeque<>());
        Workspace leased = idle.poll();
        Workspace workspace = leased == null ? new Workspace(engine, kept, Workspace.USUAL_CAPACITY) : leased;
        try {
            NativeMemory.allocate(() -> {
                call.accept(workspace);
                return workspace;
            });
        } finally {
            idle.push(workspace);
        }
    }

    private static Pointer orRoom(INDArray array, Workspace workspace, Room room, long count) {
        return array == null ? workspace.room(room, count * Float.BYTES) : floats(array);
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
