package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.PooledMemory;
import io.github.bert4j.ops.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Says what to change where a step of training, or a batch to predict, needs more memory than there is. */
final class MemoryShortage {
    private static final double MEBIBYTE = 1 << 20;

    private MemoryShortage() {}

    /** The same error with what was trained, and the batch size and length to try. */
    static OutOfMemoryError ofStep(OutOfMemoryError shortage, Descent descent, Feeds feeds, List<Batch> group) {
        Batch longest =
                group.stream().max(Comparator.comparing(MemoryShortage::length)).orElseThrow();
        int samples = descent.takesBatchesTwice() ? longest.size() / 2 : longest.size();
        return explained(
                shortage,
                "in a step of %d samples of up to %d elements (%s); the weights are those before it"
                        .formatted(samples, length(longest), shortage.getMessage()),
                new Advice(samples, length(longest), ", which GradientAccumulation makes up for", "freeze layers"),
                () -> {
                    // What the step took is still there, and would leave the estimate no memory.
                    descent.freeIdleMemory();
                    Batch sample = sampleOfMost(longest);
                    Batch one = descent.takesBatchesTwice() ? sample.twice() : sample;
                    return descent.memory(feeds.arrays(one), feeds.arrays(one.twice()), samples);
                });
    }

    /**
     * The same error with what was predicted or evaluated, and the batch size and length to try.
     *
     * @param arrays of a batch, by placeholder
     */
    static OutOfMemoryError ofBatch(
            OutOfMemoryError shortage,
            Graph graph,
            Plan plan,
            Function<Batch, Map<String, INDArray>> arrays,
            Batch batch) {
        return explained(
                shortage,
                "with a batch of %d samples of up to %d elements (%s)"
                        .formatted(batch.size(), length(batch), shortage.getMessage()),
                new Advice(batch.size(), length(batch), "", "take a smaller model"),
                () -> graph.reading(() -> {
                    graph.freeIdleMemory();
                    Batch one = sampleOfMost(batch);
                    PooledMemory pooled = PooledMemory.of(
                            plan, graph.kernels(), Step.inference(), arrays.apply(one), arrays.apply(one.twice()));
                    long weights = Descent.bytes(graph.weights().stream());
                    return MemoryEstimate.of(
                            batch.size(), weights, 0, 0, 0, MemoryEstimate.availableBytes(), pooled::bytes);
                }));
    }

    private static OutOfMemoryError explained(
            OutOfMemoryError shortage, String where, Advice advice, Supplier<MemoryEstimate> estimates) {
        String toDo;
        if (String.valueOf(shortage.getMessage()).contains("heap")) {
            toDo = "The Java heap is full: give it more by -Xmx.";
        } else {
            try {
                toDo = advice.by(estimates.get());
            } catch (OutOfMemoryError | IllegalStateException noEstimate) {
                shortage.addSuppressed(noEstimate);
                toDo = advice.without();
            }
        }
        OutOfMemoryError explained = new OutOfMemoryError("Out of memory %s. %s %s".formatted(where, toDo, limits()));
        explained.initCause(shortage);
        return explained;
    }

    /**
     * What to do, in words.
     *
     * @param samples in the batch, the longest of which has so many elements
     * @param makesUp for smaller batches
     * @param last where not even one sample fits
     */
    private record Advice(int samples, int length, String makesUp, String last) {
        String by(MemoryEstimate estimate) {
            if (estimate.fits()) {
                return "By estimate, %.0f MiB of %.0f available, it should fit, so other arrays of this process, or other processes, take the rest. %s"
                        .formatted(estimate.total() / MEBIBYTE, estimate.available() / MEBIBYTE, without());
            }
            return estimate.fittingBatchSize() == 0
                    ? "By estimate not even one such sample fits: try samples of at most %d, or %s."
                            .formatted(estimate.fittingLength(length), last)
                    : text(estimate.fittingBatchSize(), estimate.fittingLength(length));
        }

        String without() {
            return text(Math.max(1, samples / 2), Math.max(1, length / 2));
        }

        private String text(int fewer, int shorter) {
            return "Try batches of %d%s, or samples of at most %d.".formatted(fewer, makesUp, shorter);
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

    private static Batch sampleOfMost(Batch batch) {
        int[] lengths = batch.lengths();
        return batch.only(IntStream.range(0, lengths.length)
                .reduce((a, b) -> lengths[b] > lengths[a] ? b : a)
                .orElseThrow());
    }
}
