package io.github.bert4j.kernels;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link Kernels} in plain ND4J operations: runs on every backend, GPUs included, and is the yardstick of faster ones. */
public final class PortableKernels implements Kernels {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    @Override
    public void lookup(INDArray table, INDArray indices, INDArray target, boolean add) {
        INDArray rows = add ? Nd4j.createUninitialized(DataType.FLOAT, target.shape()) : target;
        Nd4j.exec(DynamicCustomOp.builder("gather")
                .addInputs(table, indices.reshape(indices.length()))
                .addOutputs(rows)
                .addIntegerArguments(0)
                .build());
        if (add) {
            target.addi(rows);
        }
    }

    @Override
    public void scatterAdd(INDArray rows, INDArray indices, INDArray target, boolean add) {
        if (!add) {
            target.assign(0);
        }
        // Without the lock, threads that meet the same index lose each other's sums.
        boolean lock = true;
        Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                .addInputs(target, indices.reshape(indices.length()), rows)
                .addOutputs(target)
                .addBooleanArguments(lock)
                .build());
    }

    @Override
    public void dense(INDArray x, DenseKernel kernel, INDArray bias, Gelu gelu, INDArray y) {
        Nd4j.gemm(x, kernel.values(), y, false, kernel.layout() == KernelLayout.OUT_IN, 1, 0);
        if (bias != null) {
            y.addiRowVector(bias);
        }
        if (gelu != null) {
            gelu(gelu, y, y);
        }
    }

    @Override
    public void denseInputGradient(INDArray dy, DenseKernel kernel, INDArray dx, boolean add) {
        Nd4j.gemm(dy, kernel.values(), dx, false, kernel.layout() == KernelLayout.IN_OUT, 1, add ? 1 : 0);
    }

    @Override
    public void denseKernelGradient(INDArray x, INDArray dy, KernelLayout layout, INDArray dKernel) {
        switch (layout) {
            case IN_OUT -> Nd4j.gemm(x, dy, dKernel, true, false, 1, 0);
            case OUT_IN -> Nd4j.gemm(dy, x, dKernel, true, false, 1, 0);
        }
    }

    @Override
    public void columnSums(INDArray x, INDArray sums) {
        sums.assign(x.sum(0));
    }

    @Override
    public void gelu(Gelu gelu, INDArray x, INDArray y) {
        y.assign(distribution(gelu, x).muli(x));
    }

    @Override
    public void geluGradient(Gelu gelu, INDArray x, INDArray dy, INDArray dx) {
        INDArray squares = x.mul(x);
        INDArray distribution = distribution(gelu, x);
        INDArray density = switch (gelu) {
            case ERF -> Transforms.exp(squares.mul(-0.5), false).muli(1 / Math.sqrt(2 * Math.PI));
            // d/dx of 0.5 (1 + tanh u) is 0.5 (1 - tanh² u) u', and 1 - tanh² u = 4 Φ (1 - Φ).
            case TANH ->
                distribution
                        .rsub(1)
                        .muli(distribution)
                        .muli(squares.mul(3 * CUBIC).addi(1).muli(2 * SQRT_2_OVER_PI));
        };
        dx.assign(density.muli(x).addi(distribution).muli(dy));
    }

    /** The factor of x in gelu(x). */
    private static INDArray distribution(Gelu gelu, INDArray x) {
        INDArray signed = switch (gelu) {
            case ERF -> Nd4j.getExecutioner().exec(new Erf(x.div(Math.sqrt(2))));
            case TANH -> Transforms.tanh(x.mul(x).muli(CUBIC).addi(1).muli(x).muli(SQRT_2_OVER_PI), false);
        };
        return signed.addi(1).muli(0.5);
    }

    @Override
    public void add(INDArray a, INDArray b, INDArray sum) {
        a.addi(b, sum);
    }

    @Override
    public void dropout(DropoutMask mask, INDArray x, INDArray y) {
        if (mask.keepsAll()) {
            y.assign(x);
        } else {
            x.muli(factors(mask, 0, x.length()).reshape(x.shape()), y);
        }
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float epsilon, INDArray y, INDArray mean, INDArray variance) {
        INDArray means = x.mean(true, 1);
        INDArray centred = x.subColumnVector(means);
        INDArray variances = centred.mul(centred).mean(true, 1);
        if (mean != null) {
            mean.assign(means.reshape(means.length()));
        }
        if (variance != null) {
            variance.assign(variances.reshape(variances.length()));
        }
        y.assign(centred.muliColumnVector(inverseDeviation(variances, epsilon))
                .muliRowVector(gamma)
                .addiRowVector(beta));
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
        INDArray inverseDeviation = inverseDeviation(variance.reshape(variance.length(), 1), epsilon);
        INDArray normalized = x.subColumnVector(mean.reshape(mean.length(), 1)).muliColumnVector(inverseDeviation);
        if (dGamma != null) {
            dGamma.assign(dy.mul(normalized).sum(0));
        }
        if (dBeta != null) {
            dBeta.assign(dy.sum(0));
        }
        INDArray scaled = dy.mulRowVector(gamma);
        INDArray average = scaled.mean(true, 1);
        INDArray projection = scaled.mul(normalized).mean(true, 1);
        scaled.subiColumnVector(average).subi(normalized.muliColumnVector(projection));
        dx.assign(scaled.muliColumnVector(inverseDeviation));
    }

    private static INDArray inverseDeviation(INDArray variance, float epsilon) {
        return Transforms.sqrt(variance.add(epsilon), false).rdivi(1);
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
        long[] offsets = queries.probabilityOffsets(keys, heads);
        for (int i = 0; i < queries.count(); i++) {
            if (offsets[i] == offsets[i + 1]) {
                clear(context, queries, i);
                continue;
            }
            PortableRelation related = new PortableRelation(relation, queries, keys, i, heads);
            INDArray p = probabilities(query, key, queries, keys, heads, i, relation);
            if (!mask.keepsAll()) {
                p.muli(factors(mask, offsets[i], p.length()).reshape(p.shape()));
            }
            INDArray values = matmul(p, false, heads(value, keys, i, heads), false);
            related.addToContext(p, values);
            assignHeads(context, queries, i, values);
        }
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
        long[] offsets = queries.probabilityOffsets(keys, heads);
        double scale = 1 / Math.sqrt((double) query.size(1) / heads);
        if (dTable != null) {
            dTable.assign(0);
        }
        for (int i = 0; i < queries.count(); i++) {
            if (offsets[i] == offsets[i + 1]) {
                clear(dQuery, queries, i);
                clear(dKey, keys, i);
                clear(dValue, keys, i);
                continue;
            }
            INDArray q = heads(query, queries, i, heads);
            INDArray k = heads(key, keys, i, heads);
            PortableRelation related = new PortableRelation(relation, queries, keys, i, heads);
            INDArray p = probabilities(q, k, related);
            INDArray gradient = heads(dContext, queries, i, heads);
            INDArray dP = matmul(gradient, false, heads(value, keys, i, heads), true);
            related.addToProbabilityGradient(gradient, dP);
            INDArray dropped = p;
            if (!mask.keepsAll()) {
                INDArray factors = factors(mask, offsets[i], p.length()).reshape(p.shape());
                dropped = p.mul(factors);
                dP.muli(factors);
            }
            INDArray dScores = dP.muli(p);
            dScores.subi(p.mul(dScores.sum(true, 2).broadcast(p.shape())));
            related.addToTableGradient(dScores, dTable);
            dScores.muli(scale);
            assignHeads(dValue, keys, i, matmul(dropped, true, gradient, false));
            INDArray ofQueries = matmul(dScores, false, k, false);
            related.addToContext(dScores, ofQueries);
            assignHeads(dQuery, queries, i, ofQueries);
            assignHeads(dKey, keys, i, matmul(dScores, true, q, false));
        }
    }

    @Override
    public double sumOfSquares(INDArray x) {
        // ND4J adds floats up in float, which loses all but a few digits of sums over millions.
        INDArray norms = x.rank() < 2 ? x : Kernels.rows(x).norm2(1);
        double norm = norms.castTo(DataType.DOUBLE).norm2Number().doubleValue();
        return norm * norm;
    }

    @Override
    public void adam(
            AdamStep step, INDArray parameter, INDArray gradient, INDArray firstMoment, INDArray secondMoment) {
        INDArray scaled = gradient.mul(step.gradientFactor());
        firstMoment.muli(step.beta1()).addi(scaled.mul(1 - step.beta1()));
        secondMoment.muli(step.beta2()).addi(scaled.muli(scaled).muli(1 - step.beta2()));
        INDArray change = firstMoment.div(Transforms.sqrt(secondMoment).addi(step.epsilon()));
        parameter.subi(change.muli(step.rate()).addi(parameter.mul(step.decay())));
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
        int[] withGradient = IntStream.range(0, rows.length)
                .filter(i -> gradientRows[i] >= 0)
                .toArray();
        INDArray gradients = Nd4j.zeros(DataType.FLOAT, rows.length, table.size(1));
        if (withGradient.length > 0) {
            int[] sources = IntStream.of(withGradient).map(i -> gradientRows[i]).toArray();
            putRows(gradients, withGradient, rows(gradient, sources));
        }
        INDArray parameters = rows(table, rows);
        INDArray first = rows(firstMoment, rows);
        INDArray second = rows(secondMoment, rows);
        adam(step, parameters, gradients, first, second);
        putRows(table, rows, parameters);
        putRows(firstMoment, rows, first);
        putRows(secondMoment, rows, second);
    }

    private INDArray rows(INDArray table, int[] indices) {
        INDArray rows = Nd4j.createUninitialized(DataType.FLOAT, indices.length, table.size(1));
        lookup(table, Nd4j.createFromArray(indices), rows, false);
        return rows;
    }

    private static void putRows(INDArray table, int[] indices, INDArray rows) {
        Nd4j.exec(DynamicCustomOp.builder("scatter_upd")
                .addInputs(table, Nd4j.createFromArray(indices), rows)
                .addOutputs(table)
                .build());
    }

    @Override
    public void weightsChanged() {}

    @Override
    public void close() {}

    /** How one sequence's queries attend to its keys, without dropout: [heads, queries, keys], each row of sum 1. */
    public static INDArray probabilities(
            INDArray query,
            INDArray key,
            Sequences queries,
            Sequences keys,
            int heads,
            int sequence,
            Relation relation) {
        return probabilities(
                heads(query, queries, sequence, heads),
                heads(key, keys, sequence, heads),
                new PortableRelation(relation, queries, keys, sequence, heads));
    }

    @Override
    public void rotate(INDArray x, int[] places, Rotation rotation, boolean back, INDArray y) {
        int size = rotation.size();
        int half = size / 2;
        long heads = x.size(1) / size;
        float[] angles = rotation.angles(places);
        float[] own = new float[places.length * size];
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(angles, places[i] * size, own, i * size, size);
        }
        INDArray table = Nd4j.createFromArray(own).reshape(places.length, 2, 1, half);
        long[] shape = {x.size(0), heads, half};
        INDArray cosine = point(table, 1, 0).broadcast(shape);
        INDArray sine = point(table, 1, 1).broadcast(shape);
        boolean neighbours = rotation.pairs() == Rotation.Pairs.NEIGHBOURS;
        int axis = neighbours ? 3 : 2;
        INDArray split = x.dup('c')
                .reshape(
                        'c',
                        neighbours ? new long[] {x.size(0), heads, half, 2} : new long[] {x.size(0), heads, 2, half});
        INDArray a = point(split, axis, 0);
        INDArray b = point(split, axis, 1);
        INDArray turn = back ? sine.neg() : sine;
        INDArray first = a.mul(cosine).subi(b.mul(turn));
        INDArray second = b.mul(cosine).addi(a.mul(turn));
        y.assign(Nd4j.stack(axis, first, second).dup('c').reshape('c', y.shape()));
    }

    private static INDArray point(INDArray array, int axis, int index) {
        INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
        Arrays.fill(indices, NDArrayIndex.all());
        indices[axis] = NDArrayIndex.point(index);
        return array.get(indices).dup('c');
    }

    /** One sequence's rows as [heads, length, size]. */
    private static INDArray heads(INDArray packed, Sequences sequences, int sequence, int heads) {
        return rowsOf(packed, sequences, sequence)
                .reshape('c', sequences.length(sequence), heads, packed.size(1) / heads)
                .permute(1, 0, 2)
                .dup('c');
    }

    private static void assignHeads(INDArray packed, Sequences sequences, int sequence, INDArray values) {
        rowsOf(packed, sequences, sequence)
                .assign(values.permute(1, 0, 2).dup('c').reshape('c', sequences.length(sequence), packed.size(1)));
    }

    private static void clear(INDArray packed, Sequences sequences, int sequence) {
        if (sequences.length(sequence) > 0) {
            rowsOf(packed, sequences, sequence).assign(0);
        }
    }

    private static INDArray rowsOf(INDArray packed, Sequences sequences, int sequence) {
        int start = sequences.start(sequence);
        return packed.get(NDArrayIndex.interval(start, start + sequences.length(sequence)), NDArrayIndex.all());
    }

    /** [heads, queries, size], [heads, keys, size] → [heads, queries, keys]. */
    private static INDArray probabilities(INDArray query, INDArray key, PortableRelation related) {
        INDArray scores = matmul(query, false, key, true).muli(1 / Math.sqrt(query.size(2)));
        related.addToScores(query, scores);
        return softmax(scores);
    }

    private static INDArray matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB) {
        return Nd4j.matmul(a, b, transposeA, transposeB, false);
    }

    /** Over the last axis, in place; libnd4j's own softmax is a hundred times slower on small rows. */
    private static INDArray softmax(INDArray scores) {
        INDArray rows = Kernels.rows(scores);
        rows.subiColumnVector(rows.max(true, 1));
        Transforms.exp(rows, false);
        rows.diviColumnVector(rows.sum(true, 1));
        return scores;
    }

    private static INDArray factors(DropoutMask mask, long index, long count) {
        float[] factors = new float[Math.toIntExact(count)];
        Arrays.fill(factors, 1);
        mask.apply(factors, factors.length, index);
        return Nd4j.createFromArray(factors);
    }
}
