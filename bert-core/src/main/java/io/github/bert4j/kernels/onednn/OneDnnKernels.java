package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.AdamStep;
import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.Projection;
import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Rotation;
import io.github.bert4j.kernels.Sequences;
import io.github.bert4j.kernels.onednn.Workspace.Room;
import java.lang.ref.Reference;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Kernels} on oneDNN's primitives, and in Java loops where it has none that is fast. */
public final class OneDnnKernels implements Kernels {
    private static final long NORMALIZED_ROWS = 64;

    private final Precision precision;
    private final engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
    private final Sharing sharing = new Sharing(engine);
    private final Products products;
    private volatile boolean closed;

    /** @param precision one that this machine has */
    public OneDnnKernels(Precision precision) {
        this.precision = precision;
        this.products = new Products(precision, engine, sharing);
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
        products.dense(x, projections);
    }

    @Override
    public void dense(INDArray x, DenseKernel kernel, INDArray bias, Gelu gelu, INDArray y) {
        products.dense(x, kernel, bias, gelu, y);
    }

    @Override
    public void denseInputGradient(INDArray dy, DenseKernel kernel, INDArray dx, boolean add) {
        products.denseInputGradient(dy, kernel, dx, add);
    }

    @Override
    public void denseKernelGradient(INDArray x, INDArray dy, KernelLayout layout, INDArray dKernel) {
        products.denseKernelGradient(x, dy, layout, dKernel);
    }

    @Override
    public void columnSums(INDArray x, INDArray sums) {
        Loops.columnSums(sharing.workers(), floats(x), x.size(0), columns(x), floats(sums));
    }

    @Override
    public void gelu(Gelu gelu, INDArray x, INDArray y) {
        sharing.inBlocks(
                x.length(),
                (own, start, size) -> own.run(
                        new Elementwise.GeluForward(gelu, size),
                        floats(x).getPointer(start),
                        floats(y).getPointer(start)));
    }

    @Override
    public void geluGradient(Gelu gelu, INDArray x, INDArray dy, INDArray dx) {
        sharing.inBlocks(
                x.length(),
                (own, start, size) -> own.run(
                        new Elementwise.GeluBackward(gelu, size),
                        floats(x).getPointer(start),
                        floats(dy).getPointer(start),
                        floats(dx).getPointer(start)));
    }

    @Override
    public void add(INDArray a, INDArray b, INDArray sum) {
        sharing.inBlocks(
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
            Loops.dropout(sharing.workers(), mask, 0, floats(x), floats(y), x.length(), Loops.threads(x.length()));
        } else if (x != y) {
            Pointer.memcpy(floats(y), floats(x), x.length() * Float.BYTES);
        }
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float epsilon, INDArray y, INDArray mean, INDArray variance) {
        Blocks rows = new Blocks(x.size(0), NORMALIZED_ROWS);
        sharing.share(
                rows.count(), (own, task) -> normalize(own, rows, task, x, gamma, beta, epsilon, y, mean, variance));
    }

    /** Block by block, so that a sum is normalized while it is in the cache. */
    @Override
    public void addAndNormalize(
            INDArray a,
            INDArray b,
            INDArray sum,
            INDArray gamma,
            INDArray beta,
            float epsilon,
            INDArray y,
            INDArray mean,
            INDArray variance) {
        long width = a.size(1);
        Blocks rows = new Blocks(a.size(0), NORMALIZED_ROWS);
        sharing.share(rows.count(), (own, task) -> {
            long start = rows.start(task) * width;
            own.run(
                    new Elementwise.Sum(rows.sizeOf(task) * width),
                    floats(a).getPointer(start),
                    floats(b).getPointer(start),
                    floats(sum).getPointer(start));
            normalize(own, rows, task, sum, gamma, beta, epsilon, y, mean, variance);
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
        sharing.withWorkspace(workspace -> {
            // Of each block's rows; summed in the order of the blocks, whoever computes them.
            long bytes = rows.count() * width * Float.BYTES;
            FloatPointer gammas = new FloatPointer(workspace.room(Room.FIRST_VECTOR, bytes));
            FloatPointer betas = new FloatPointer(workspace.room(Room.SECOND_VECTOR, bytes));
            sharing.share(rows.count(), (own, task) -> {
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
                Loops.columnSums(sharing.workers(), gammas, rows.count(), columns(x), floats(dGamma));
            }
            if (dBeta != null) {
                Loops.columnSums(sharing.workers(), betas, rows.count(), columns(x), floats(dBeta));
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
            Relation relation,
            INDArray context) {
        share(
                new HeadShares(queries, keys, heads, columns(query), mask, relation),
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
            Relation relation,
            INDArray dQuery,
            INDArray dKey,
            INDArray dValue,
            INDArray dTable) {
        HeadShares shares = new HeadShares(queries, keys, heads, columns(query), mask, relation);
        if (dTable != null) {
            shares.withTableGradient(Math.toIntExact(dTable.length()));
        }
        share(
                shares,
                (attention, ofQueries, ofKeys) -> attention.backward(
                        ofQueries.of(floats(query)),
                        ofKeys.of(floats(key)),
                        ofKeys.of(floats(value)),
                        ofQueries.of(floats(dContext)),
                        ofQueries.of(floats(dQuery)),
                        ofKeys.of(floats(dKey)),
                        ofKeys.of(floats(dValue))));
        if (dTable != null) {
            floats(dTable).put(shares.tableGradient());
        }
    }

    @Override
    public void rotate(INDArray x, int[] places, Rotation rotation, boolean back, INDArray y) {
        int width = columns(x);
        float[] angles = rotation.angles(places);
        FloatPointer from = floats(x);
        FloatPointer to = floats(y);
        int together = Math.max(1, Loops.SHARE / width);
        sharing.share((places.length + together - 1) / together, (own, task) -> {
            float[] row = new float[width];
            for (int i = task * together; i < Math.min(places.length, (task + 1) * together); i++) {
                from.getPointer((long) i * width).get(row);
                rotation.turn(row, angles, places[i], back);
                to.getPointer((long) i * width).put(row);
            }
        });
    }

    @Override
    public double sumOfSquares(INDArray x) {
        return Updates.sumOfSquares(sharing.workers(), floats(x), x.length());
    }

    @Override
    public void adam(
            AdamStep step, INDArray parameter, INDArray gradient, INDArray firstMoment, INDArray secondMoment) {
        new Updates(
                        sharing.workers(),
                        step,
                        floats(parameter),
                        floats(gradient),
                        floats(firstMoment),
                        floats(secondMoment))
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
        new Updates(sharing.workers(), step, floats(table), floats(gradient), floats(firstMoment), floats(secondMoment))
                .rows(columns(table), rows, gradientRows);
    }

    @Override
    public void weightsChanged() {
        products.weightsChanged();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sharing.close();
            products.close();
            engine.close();
        }
    }

    private void share(HeadShares shares, HeadShares.Computation computation) {
        sharing.together(shares.threads(), own -> shares.work(own, computation));
    }

    private static void normalize(
            Workspace own,
            Blocks rows,
            int block,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            float epsilon,
            INDArray y,
            INDArray mean,
            INDArray variance) {
        long width = x.size(1);
        long start = rows.start(block);
        long count = rows.sizeOf(block);
        own.run(
                new NormalizedRows.Forward(count, width, epsilon),
                floats(x).getPointer(start * width),
                floats(gamma),
                floats(beta),
                floats(y).getPointer(start * width),
                partOrRoom(mean, own, Room.FIRST_VECTOR, start, count),
                partOrRoom(variance, own, Room.SECOND_VECTOR, start, count));
    }

    private static Pointer partOrRoom(INDArray array, Workspace own, Room room, long start, long count) {
        return array == null
                ? own.room(room, count * Float.BYTES)
                : floats(array).getPointer(start);
    }

    private static int columns(INDArray matrix) {
        return Math.toIntExact(matrix.size(1));
    }

    static FloatPointer floats(INDArray array) {
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
