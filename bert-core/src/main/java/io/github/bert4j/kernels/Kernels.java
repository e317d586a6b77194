package io.github.bert4j.kernels;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arithmetic of our ops, forward and backward; one implementation per kind of machine, of which {@code MachineKernels} has
 * the fastest.
 *
 * <p>All arrays are float32 (indices int32), contiguous and row-major; matrices are {@code [rows, columns]}. Outputs
 * are overwritten and may not overlap inputs, except where a method says so. Several threads may call at a time.
 */
public interface Kernels extends AutoCloseable {

    /** An array seen as a matrix: all leading axes together are its rows. */
    static INDArray rows(INDArray array) {
        long columns = array.size(-1);
        return array.rank() == 2 ? array : array.reshape('c', array.length() / columns, columns);
    }

    /** That of matrix products. */
    default Precision precision() {
        return Precision.FLOAT32;
    }

    /** {@code target[i] = table[indices[i]]}, or {@code +=} where {@code add}; [rows, width], [n] → [n, width]. */
    void lookup(INDArray table, INDArray indices, INDArray target, boolean add);

    /**
     * {@code target[indices[i]] += rows[i]}, after {@code target = 0} unless {@code add}: repeated indices add up;
     * [n, width], [n] → [rows, width].
     */
    void scatterAdd(INDArray rows, INDArray indices, INDArray target, boolean add);

    /** {@code y = x · kernel + bias}, or gelu of that; [n, in], kernel, [out] or null, null for none → [n, out]. */
    void dense(INDArray x, DenseKernel kernel, INDArray bias, Gelu gelu, INDArray y);

    /** {@code y = x · kernel + bias} for each projection. */
    default void dense(INDArray x, List<Projection> projections) {
        projections.forEach(each -> dense(x, each.kernel(), each.bias(), null, each.y()));
    }

    /** {@code dx = dy · kernelᵀ}, or {@code +=} where {@code add}. */
    void denseInputGradient(INDArray dy, DenseKernel kernel, INDArray dx, boolean add);

    /** {@code dKernel = xᵀ · dy}, in the kernel's layout. */
    void denseKernelGradient(INDArray x, INDArray dy, KernelLayout layout, INDArray dKernel);

    /** {@code sums[j] = Σᵢ x[i, j]}. */
    void columnSums(INDArray x, INDArray sums);

    /** {@code y = gelu(x)}, any shape. */
    void gelu(Gelu gelu, INDArray x, INDArray y);

    /** {@code dx = gelu'(x) dy}. */
    void geluGradient(Gelu gelu, INDArray x, INDArray dy, INDArray dx);

    /** {@code sum = a + b}, any shape; {@code sum} may be {@code a} or {@code b}. */
    void add(INDArray a, INDArray b, INDArray sum);

    /** {@code y = mask · x}, any shape; {@code y} may be {@code x}. The gradient is the same function of the gradient. */
    void dropout(DropoutMask mask, INDArray x, INDArray y);

    /**
     * {@code y = (x - mean) / √(variance + epsilon) · gamma + beta}, row by row.
     *
     * @param y [n, width]; may be {@code x}
     * @param mean [n], kept for the gradient; null where there will be none
     * @param variance [n], likewise
     */
    void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float epsilon, INDArray y, INDArray mean, INDArray variance);

    /** {@code sum = a + b} and {@link #layerNorm} of that; {@code sum} may be {@code a}, {@code b} or {@code y}. */
    default void addAndNormalize(
            INDArray a,
            INDArray b,
            INDArray sum,
            INDArray gamma,
            INDArray beta,
            float epsilon,
            INDArray y,
            INDArray mean,
            INDArray variance) {
        add(a, b, sum);
        layerNorm(sum, gamma, beta, epsilon, y, mean, variance);
    }

    /** Gradients of {@link #layerNorm}; {@code dGamma} and {@code dBeta} may be null. */
    void layerNormGradient(
            INDArray x,
            INDArray mean,
            INDArray variance,
            INDArray gamma,
            float epsilon,
            INDArray dy,
            INDArray dx,
            INDArray dGamma,
            INDArray dBeta);

    /**
     * Scaled dot-product attention within each sequence of packed rows; a query of a sequence without keys gets zeros.
     *
     * @param query [m, heads · size]
     * @param key [n, heads · size]; {@code value} likewise
     * @param queries where each sequence starts in the rows of {@code query}
     * @param keys where each sequence, as many of them, starts in the rows of {@code key} and {@code value}
     * @param mask dropout of the probabilities, indexed sequence by sequence, then head, query, key
     * @param relation of queries to keys by their distance
     * @param context [m, heads · size]
     */
    void attention(
            INDArray query,
            INDArray key,
            INDArray value,
            Sequences queries,
            Sequences keys,
            int heads,
            DropoutMask mask,
            Relation relation,
            INDArray context);

    /**
     * Gradients of {@link #attention}, which computes the probabilities anew: they are as large as length² and cheap.
     *
     * @param dTable gradient of the table of a {@link Relation.Bias}, else null
     */
    void attentionGradient(
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
            INDArray dTable);

    /**
     * Turns each row by the angles of its place.
     *
     * @param x [n, heads · size]
     * @param places of the rows, [n]
     * @param back the other way round: the gradient of the one is the other
     * @param y [n, heads · size]; may be {@code x}
     */
    void rotate(INDArray x, int[] places, Rotation rotation, boolean back, INDArray y);

    /** {@code Σ x²} over all elements, any shape. */
    double sumOfSquares(INDArray x);

    /**
     * One Adam update in place, all arrays of one shape: {@code g = factor · gradient; m = β₁m + (1-β₁)g;
     * v = β₂v + (1-β₂)g²; p -= rate · m / (√v + ε) + decay · p}.
     */
    void adam(AdamStep step, INDArray parameter, INDArray gradient, INDArray firstMoment, INDArray secondMoment);

    /**
     * As {@link #adam}, for some rows of a table [rows, width] only; the others stay as they are.
     *
     * @param rows which, ascending, each once
     * @param gradient [n, width]
     * @param gradientRows for each of {@code rows} that of {@code gradient}, or -1 where the gradient is 0
     */
    void adamOfRows(
            AdamStep step,
            INDArray table,
            int[] rows,
            INDArray gradient,
            int[] gradientRows,
            INDArray firstMoment,
            INDArray secondMoment);

    /** Forgets what was kept of kernels that were fixed; to be called after weights were changed. */
    void weightsChanged();

    /** Frees native memory of the kernels' own; no call may be under way, and none may follow. */
    @Override
    void close();
}
