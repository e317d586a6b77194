package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;

/** Says what to change where a step of training needs more memory than there is. */
final class MemoryShortage {
    private static final double MEBIBYTE = 1 << 20;

    private MemoryShortage() {}

    /** The same error with what was computed, and the batch size and length to try. */
    static OutOfMemoryError explained(OutOfMemoryError shortage, Descent descent, Feeds feeds, List<Batch> group) {
        Batch longest =
                group.stream().max(Comparator.comparing(MemoryShortage::length)).orElseThrow();
        int samples = descent.takesBatchesTwice() ? longest.size() / 2 : longest.size();
        OutOfMemoryError explained = new OutOfMemoryError(
                "Out of memory in a step of %d samples of up to %d elements (%s); the weights are those before it. %s %s"
                        .formatted(
                                samples,
                                length(longest),
                                shortage.getMessage(),
                                advice(shortage, descent, feeds, longest, samples),
                                limits()));
        explained.initCause(shortage);
        return explained;
    }

    private static String advice(OutOfMemoryError shortage, Descent descent, Feeds feeds, Batch longest, int samples) {
        if (String.valueOf(shortage.getMessage()).contains("heap")) {
            return "The Java heap is full: give it more by -Xmx.";
        }
        try {
            Batch one = longest.only(indexOfLongest(longest));
            MemoryEstimate estimate = descent.memory(feeds.arrays(one), feeds.arrays(one.twice()), samples);
            int length = estimate.fittingLength(length(longest));
            if (estimate.fits()) {
                return "By estimate, %.0f MiB of %.0f available, it should fit, so other arrays of this process, or other processes, take the rest."
                        .formatted(estimate.total() / MEBIBYTE, estimate.available() / MEBIBYTE);
            }
            return estimate.fittingBatchSize() == 0
                    ? "By estimate not even one such sample fits: try samples of at most %d, or freeze layers."
                            .formatted(length)
                    : "Try batches of %d, which GradientAccumulation makes up for, or samples of at most %d."
                            .formatted(estimate.fittingBatchSize(), length);
        } catch (OutOfMemoryError | IllegalStateException noEstimate) {
            shortage.addSuppressed(noEstimate);
            return "Try batches of %d, which GradientAccumulation makes up for, or samples of at most %d."
                    .formatted(Math.max(1, samples / 2), Math.max(1, length(longest) / 2));
        }
    }

    private static String limits() {
        return String.format(
                Locale.ROOT,
                "The limits are -Xmx (now %.0f MiB), -Dorg.bytedeco.javacpp.maxphysicalbytes (%.0f MiB, for heap and arrays together) and -Dorg.bytedeco.javacpp.maxbytes (%.0f MiB).",
                Runtime.getRuntime().maxMemory() / MEBIBYTE,
                Pointer.maxPhysicalBytes() / MEBIBYTE,
                Pointer.maxBytes() / MEBIBYTE);
    }

    private static int length(Batch batch) {
        return IntStream.of(batch.lengths()).max().orElse(0);
    }

    private static int indexOfLongest(Batch batch) {
        int[] lengths = batch.lengths();
        return IntStream.range(0, lengths.length)
                .reduce((a, b) -> lengths[b] > lengths[a] ? b : a)
                .orElseThrow();
    }
}
