package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.Precision;
import io.github.bert4j.machine.ResidentMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Steps on batches of sequences, timed one by one; the first batch is repeated for warming up, which is not timed. */
final class TimedSteps {
    private static final double NANOS = 1e9;

    @Option(names = "--steps", defaultValue = "6", description = "Timed steps.")
    private int steps;

    @Option(names = "--warm-up", defaultValue = "3", description = "Steps before those.")
    private int warmUp;

    @Option(
            names = "--sorted",
            description = "The texts of all steps sorted by length, so that a batch needs little padding.")
    private boolean sorted;

    /**
     * Makes and times the steps.
     *
     * @param peer name and version of what is measured
     * @param step makes the step on a batch of sequences of these lengths; only running it is timed
     */
    StepTimes measure(String peer, ModelOptions options, Precision precision, Function<int[], Runnable> step)
            throws IOException {
        List<int[]> batches = options.batches(steps);
        if (sorted) {
            batches = Lengths.sorted(batches);
        }
        List<Double> seconds = new ArrayList<>();
        Runnable first = step.apply(batches.get(0));
        for (int i = 0; i < warmUp; i++) {
            first.run();
        }
        for (int[] batch : batches) {
            Runnable timed = step.apply(batch);
            long start = System.nanoTime();
            timed.run();
            seconds.add((System.nanoTime() - start) / NANOS);
        }
        Arithmetic arithmetic = new Arithmetic(options.layers, options.hidden, options.mode);
        double total = seconds.stream().mapToDouble(Double::doubleValue).sum();
        Collections.sort(seconds);
        return new StepTimes(
                peer,
                options.mode,
                precision,
                options.batch,
                seconds.get(seconds.size() / 2),
                total,
                batches.stream().mapToInt(Lengths::real).sum(),
                batches.stream().mapToInt(Lengths::padded).sum(),
                ResidentMemory.peakMegabytes(),
                options.layers,
                options.hidden,
                options.threads,
                steps,
                warmUp,
                (int) (Runtime.getRuntime().maxMemory() >> 20),
                batches.stream().mapToDouble(arithmetic::needed).sum());
    }
}
