package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Threads;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Loops that oneDNN does not have, in Java: over blocks copied to the heap, where the compiler makes vector
 * instructions of them, and on several threads if there is enough to do.
 */
final class Loops {
    /** Fits the first cache several times. */
    private static final int BLOCK = 1024;

    /** Elements below which a second thread costs more than it brings. */
    static final int SHARE = 64 * BLOCK;

    /** Columns summed by one thread. */
    private static final int STRIPE = 256;

    private Loops() {}

    /** {@code y = mask · x}, where the mask's element {@code index} belongs to the first value. */
    static void dropout(
            Workers workers, DropoutMask mask, long index, FloatPointer x, FloatPointer y, long count, int threads) {
        inBlocks(workers, count, threads, (from, size, values, unused) -> {
            x.getPointer(from).get(values, 0, size);
            mask.apply(values, size, index + from);
            y.getPointer(from).put(values, 0, size);
        });
    }

    /** As above, and {@code gradient = mask · gradient} along with it: computing the mask is most of the work. */
    static void dropout(
            Workers workers,
            DropoutMask mask,
            long index,
            FloatPointer x,
            FloatPointer y,
            FloatPointer gradient,
            long count,
            int threads) {
        inBlocks(workers, count, threads, (from, size, factors, values) -> {
            Arrays.fill(factors, 0, size, 1);
            mask.apply(factors, size, index + from);
            multiply(x.getPointer(from), factors, size, values, y.getPointer(from));
            FloatPointer at = gradient.getPointer(from);
            multiply(at, factors, size, values, at);
        });
    }

    private static void multiply(FloatPointer x, float[] factors, int size, float[] values, FloatPointer product) {
        x.get(values, 0, size);
        for (int i = 0; i < size; i++) {
            values[i] *= factors[i];
        }
        product.put(values, 0, size);
    }

    /** Sums over the rows of a matrix [rows, columns]. */
    static void columnSums(Workers workers, FloatPointer x, long rows, int columns, FloatPointer sums) {
        int stripes = (columns + STRIPE - 1) / STRIPE;
        workers.share(stripes, threads(rows * columns), stripe -> {
            int from = stripe * STRIPE;
            int size = Math.min(STRIPE, columns - from);
            float[] sum = new float[STRIPE];
            float[] values = new float[STRIPE];
            for (long row = 0; row < rows; row++) {
                x.getPointer(row * columns + from).get(values, 0, size);
                for (int i = 0; i < size; i++) {
                    sum[i] += values[i];
                }
            }
            sums.getPointer(from).put(sum, 0, size);
        });
    }

    /** The largest absolute value of each of some columns of a matrix, whose rows are longer. */
    static float[] columnMaxima(FloatPointer x, long rows, int columns, int rowLength) {
        float[] maxima = new float[columns];
        float[] values = new float[columns];
        for (long row = 0; row < rows; row++) {
            x.getPointer(row * rowLength).get(values);
            for (int i = 0; i < columns; i++) {
                maxima[i] = Math.max(maxima[i], Math.abs(values[i]));
            }
        }
        return maxima;
    }

    /** {@code target[i] = table[indices[i]]}. */
    static void copyRows(FloatPointer table, int[] indices, int width, FloatPointer target) {
        for (int i = 0; i < indices.length; i++) {
            Pointer.memcpy(
                    target.getPointer((long) i * width),
                    table.getPointer((long) indices[i] * width),
                    (long) width * Float.BYTES);
        }
    }

    /** {@code target[targets[i]] += rows[sources[i]]}; null counts from 0 up. */
    static void addRows(FloatPointer rows, int[] sources, int width, FloatPointer target, int[] targets) {
        float[] sum = new float[width];
        float[] values = new float[width];
        int count = sources == null ? targets.length : sources.length;
        for (int i = 0; i < count; i++) {
            FloatPointer row = target.getPointer((long) (targets == null ? i : targets[i]) * width);
            row.get(sum, 0, width);
            rows.getPointer((long) (sources == null ? i : sources[i]) * width).get(values, 0, width);
            for (int j = 0; j < width; j++) {
                sum[j] += values[j];
            }
            row.put(sum, 0, width);
        }
    }

    private interface Block {
        void compute(long from, int size, float[] first, float[] second);
    }

    private static void inBlocks(Workers workers, long count, int threads, Block block) {
        int shares = Math.toIntExact((count + SHARE - 1) / SHARE);
        workers.share(shares, threads, share -> {
            float[] first = new float[BLOCK];
            float[] second = new float[BLOCK];
            long start = (long) share * SHARE;
            long end = Math.min(count, start + SHARE);
            for (long from = start; from < end; from += BLOCK) {
                block.compute(from, (int) Math.min(BLOCK, end - from), first, second);
            }
        });
    }

    /** How many threads so many elements are worth. */
    static int threads(long elements) {
        return elements > SHARE ? Threads.inUse() : 1;
    }
}
