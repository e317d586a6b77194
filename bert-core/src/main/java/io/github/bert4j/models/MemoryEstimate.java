package io.github.bert4j.models;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.IntToLongFunction;
import org.bytedeco.javacpp.Pointer;

/**
 * The native memory that arrays take in training, in bytes; {@link #toString} is a table of it and says what to lower.
 *
 * @param batchSize samples per batch
 * @param weights of the whole graph
 * @param gradients of the weights that are trained, except those of embedding tables, which are a few rows
 * @param optimizer its state, such as Adam's two moments
 * @param techniques sums of accumulated gradients and moving averages
 * @param activations all other arrays of a step, forward and backward, as far as they do not lie where a gradient comes later
 * @param available what arrays can take at most; see {@link #availableBytes}
 * @param fittingBatchSize the largest batch, up to this one, whose arrays are available; 0 if not even one sample's are
 */
public record MemoryEstimate(
        int batchSize,
        long weights,
        long gradients,
        long optimizer,
        long techniques,
        long activations,
        long available,
        int fittingBatchSize) {
    private static final double MEBIBYTE = 1 << 20;

    /** What the JVM and the native libraries need for themselves, measured on Linux. */
    private static final long PROCESS = 250 << 20;

    /** @param pooled bytes of gradients and activations by batch size */
    static MemoryEstimate of(
            int batchSize,
            long weights,
            long gradients,
            long optimizer,
            long techniques,
            long available,
            IntToLongFunction pooled) {
        long fixed = weights + optimizer + techniques;
        int fitting = batchSize;
        while (fitting > 0 && fixed + pooled.applyAsLong(fitting) > available) {
            fitting--;
        }
        long activations = Math.max(0, pooled.applyAsLong(batchSize) - gradients);
        return new MemoryEstimate(
                batchSize, weights, gradients, optimizer, techniques, activations, available, fitting);
    }

    /**
     * What all arrays together can take at most: the memory of the machine or the container, or JavaCPP's
     * {@code org.bytedeco.javacpp.maxphysicalbytes} if that is less, without the largest Java heap and 250 MiB for the JVM and
     * the native libraries. What other processes take is not known.
     */
    public static long availableBytes() {
        long machine = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        long limit = Pointer.maxPhysicalBytes();
        return (limit > 0 ? Math.min(limit, machine) : machine)
                - Runtime.getRuntime().maxMemory();
    }

    public long total() {
        return weights + gradients + optimizer + techniques + activations;
    }

    /** Whether the total is available. */
    public boolean fits() {
        return total() <= available;
    }

    /**
     * About how long the samples of a batch of this size could be. Activations are taken to grow as the length does; they
     * grow faster, so it is not too much.
     *
     * @param length of the samples that this is an estimate of
     * @return at most that length; 0 if nothing but the weights and what belongs to them is too much
     */
    public int fittingLength(int length) {
        long left = available - (total() - activations);
        return left <= 0 ? 0 : (int) Math.min(length, (double) length * left / Math.max(1, activations));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%-28s%10s%n", "Batches of " + batchSize, "MiB"));
        row(text, "Weights", weights);
        row(text, "Gradients", gradients);
        row(text, "Optimizer", optimizer);
        row(text, "Accumulation and averages", techniques);
        row(text, "Activations", activations);
        row(text, "Total", total());
        row(text, "Available", available);
        return text.append(advice()).toString();
    }

    private String advice() {
        if (fits()) {
            return "It fits.";
        }
        if (fittingBatchSize == 0) {
            return "Not even one sample fits: shorten the texts, freeze layers, take a smaller model, or give Java a smaller heap (-Xmx).";
        }
        return "It does not fit: lower the batch size to %d, which GradientAccumulation makes up for; or shorten the texts, or freeze layers."
                .formatted(fittingBatchSize);
    }

    private static void row(StringBuilder text, String name, long bytes) {
        text.append(String.format(Locale.ROOT, "%-28s%,10.1f%n", name, bytes / MEBIBYTE));
    }
}
