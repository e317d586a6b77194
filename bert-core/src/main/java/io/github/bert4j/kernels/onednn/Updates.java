package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.AdamStep;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * {@link io.github.bert4j.kernels.Kernels#adam} in one pass over memory, whose speed is that of the update.
 *
 * <p>Blocks go to the heap and back, since the compiler makes vector instructions of loops over arrays only, and by way of
 * buffers, whose copies call no native code.
 *
 * @param parameter and the others: where the arrays lie
 */
record Updates(
        Workers workers,
        AdamStep step,
        FloatPointer parameter,
        FloatPointer gradient,
        FloatPointer firstMoment,
        FloatPointer secondMoment) {
    /** Four of them fit the first cache, beside what they are copied from. */
    private static final int BLOCK = 256;

    /** {@code Σ x²}, the same for any number of threads. */
    static double sumOfSquares(Workers workers, FloatPointer x, long count) {
        double[] sums = new double[shares(count)];
        workers.share(sums.length, Loops.threads(count), share -> {
            long start = (long) share * Loops.SHARE;
            FloatBuffer values = window(x, start, Math.min(count, start + Loops.SHARE));
            float[] block = new float[BLOCK];
            while (values.hasRemaining()) {
                int size = Math.min(BLOCK, values.remaining());
                values.get(block, 0, size);
                Arrays.fill(block, size, BLOCK, 0);
                sums[share] += sumOfSquares(block);
            }
        });
        return DoubleStream.of(sums).sum();
    }

    /** Updates all of a parameter of so many elements. */
    void all(long count) {
        workers.share(shares(count), Loops.threads(count), share -> {
            long start = (long) share * Loops.SHARE;
            long end = Math.min(count, start + Loops.SHARE);
            Blocks blocks = new Blocks(start, end);
            FloatBuffer gradients = window(gradient, start, end);
            blocks.update(0, (int) (end - start), gradients, 0);
        });
    }

    /** Updates some rows; see {@link io.github.bert4j.kernels.Kernels#adamOfRows}. */
    void rows(int width, int[] rows, int[] gradientRows) {
        int together = Math.max(1, Loops.SHARE / width);
        int count = rows[rows.length - 1] + 1;
        FloatBuffer gradients =
                window(gradient, 0, (Arrays.stream(gradientRows).max().orElseThrow() + 1L) * width);
        int tasks = (count + together - 1) / together;
        workers.share(tasks, Loops.threads((long) rows.length * width), task -> {
            int first = task * together;
            int end = Math.min(count, first + together);
            Blocks blocks = new Blocks((long) first * width, (long) end * width);
            for (int i = position(rows, first); i < rows.length && rows[i] < end; i++) {
                FloatBuffer source = gradientRows[i] < 0 ? null : gradients;
                blocks.update((rows[i] - first) * width, width, source, gradientRows[i] * width);
            }
        });
    }

    /** A part of the parameter and of its moments, with room on the heap for a block of each. */
    private final class Blocks {
        private final FloatBuffer parameters;
        private final FloatBuffer firstMoments;
        private final FloatBuffer secondMoments;
        private final float[] p = new float[BLOCK];
        private final float[] g = new float[BLOCK];
        private final float[] m = new float[BLOCK];
        private final float[] v = new float[BLOCK];

        Blocks(long start, long end) {
            parameters = window(parameter, start, end);
            firstMoments = window(firstMoment, start, end);
            secondMoments = window(secondMoment, start, end);
        }

        /** @param gradients read from an index of their own; null where they are 0 */
        void update(int from, int count, FloatBuffer gradients, int gradientsFrom) {
            if (gradients == null) {
                Arrays.fill(g, 0);
            }
            for (int done = 0; done < count; done += BLOCK) {
                int size = Math.min(BLOCK, count - done);
                int at = from + done;
                if (gradients != null) {
                    gradients.get(gradientsFrom + done, g, 0, size);
                }
                parameters.get(at, p, 0, size);
                firstMoments.get(at, m, 0, size);
                secondMoments.get(at, v, 0, size);
                adam(step, p, g, m, v, size);
                parameters.put(at, p, 0, size);
                firstMoments.put(at, m, 0, size);
                secondMoments.put(at, v, 0, size);
            }
        }
    }

    private static void adam(AdamStep step, float[] p, float[] g, float[] m, float[] v, int size) {
        float rate = (float) step.rate();
        float beta1 = (float) step.beta1();
        float beta2 = (float) step.beta2();
        // In float, 1 - 0.999 would be off by 1e-5 of itself.
        float rest1 = (float) (1 - step.beta1());
        float rest2 = (float) (1 - step.beta2());
        float epsilon = (float) step.epsilon();
        float factor = (float) step.gradientFactor();
        float decay = (float) step.decay();
        for (int i = 0; i < size; i++) {
            float gradient = factor * g[i];
            m[i] = beta1 * m[i] + rest1 * gradient;
            v[i] = beta2 * v[i] + rest2 * gradient * gradient;
            p[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + epsilon) + decay * p[i];
        }
    }

    /** Of a whole block; one sum after the other would wait for each addition. */
    private static double sumOfSquares(float[] block) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        for (int i = 0; i < BLOCK; i += 4) {
            a += (double) block[i] * block[i];
            b += (double) block[i + 1] * block[i + 1];
            c += (double) block[i + 2] * block[i + 2];
            d += (double) block[i + 3] * block[i + 3];
        }
        return a + b + c + d;
    }

    private static int position(int[] rows, int row) {
        int found = Arrays.binarySearch(rows, row);
        return found < 0 ? -found - 1 : found;
    }

    private static int shares(long count) {
        return Math.toIntExact((count + Loops.SHARE - 1) / Loops.SHARE);
    }

    private static FloatBuffer window(FloatPointer x, long start, long end) {
        return new FloatPointer(x).position(start).limit(end).asBuffer();
    }
}
