package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Steps of a whole BERT with random weights, timed one by one; prints one line, a {@link StepTimes}.
 *
 * <p>The first batch is repeated for warming up, which is not timed. A step's time is that of the public call, from
 * arrays per text to predictions or to updated weights; drawing the texts' tokens is not part of it.
 */
@Command(name = "model", description = "Time per step and memory of inference or training.")
final class ModelBenchmark implements Callable<Integer> {
    private static final double NANOS = 1e9;

    @Mixin
    private ModelOptions options;

    @Option(names = "--steps", defaultValue = "6", description = "Timed steps.")
    private int steps;

    @Option(names = "--warm-up", defaultValue = "3", description = "Steps before those.")
    private int warmUp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        spec.commandLine().getOut().println(Benchmarks.json(measure()));
        return 0;
    }

    private StepTimes measure() throws IOException {
        Threads.use(options.threads);
        List<int[]> batches = options.batches(steps);
        List<Double> seconds = new ArrayList<>();
        try (RandomBert bert = new RandomBert(options)) {
            Runnable first = bert.step(batches.get(0));
            for (int i = 0; i < warmUp; i++) {
                first.run();
            }
            for (int[] batch : batches) {
                Runnable step = bert.step(batch);
                long start = System.nanoTime();
                step.run();
                seconds.add((System.nanoTime() - start) / NANOS);
            }
        }
        Arithmetic arithmetic = new Arithmetic(options.layers, options.hidden, options.mode);
        double total = seconds.stream().mapToDouble(Double::doubleValue).sum();
        Collections.sort(seconds);
        return new StepTimes(
                StepTimes.ownName(),
                options.mode,
                options.bf16,
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
                batches.stream().mapToDouble(arithmetic::needed).sum(),
                batches.stream().mapToDouble(arithmetic::padded).sum());
    }
}
