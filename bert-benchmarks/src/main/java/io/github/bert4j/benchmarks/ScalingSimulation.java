package io.github.bert4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How much workers that train together gain, from the measured time of a step alone and the bytes of its gradients: a
 * simulation, for want of a cluster. Prints a table.
 *
 * <p>A step lasts as long as its slowest worker computes, and then as long as the ring passes the gradients around: for
 * each portion {@code 2 (n - 1)} hops one after the other, each of which takes the delay and the time of a part's bytes.
 * Nothing overlaps, as in {@code bert-spark}.
 */
@Command(name = "scaling", description = "Texts per second of 1 to 64 workers, simulated.")
final class ScalingSimulation implements Callable<Integer> {
    private static final List<Integer> WORKERS = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final int STEPS = 2000;
    /** Bytes that go around together. */
    private static final double PORTION = 4.0 * (1 << 22);

    @Option(names = "--step", required = true, description = "Seconds per step of one worker alone.")
    private double stepSeconds;

    @Option(names = "--batch", description = "Texts per step of each worker.")
    private int batch = 32;

    @Option(names = "--gradient-mb", required = true, description = "Of the gradients of a step.")
    private double gradientMegabytes;

    @Option(names = "--gbit", split = ",", description = "Gigabits per second between two workers, each way.")
    private List<Double> gigabits = List.of(1.0, 10.0, 25.0);

    @Option(names = "--delay-ms", description = "Of a hop, whatever its size.")
    private double delayMillis = 0.2;

    @Option(names = "--spread", description = "Of a worker's time for a step: the standard deviation of its logarithm.")
    private double spread = 0.1;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        StringBuilder table = new StringBuilder("| Workers |");
        gigabits.forEach(rate -> table.append(String.format(Locale.ROOT, " %.0f Gbit/s |", rate)));
        table.append(System.lineSeparator()).append("|---|").append("---|".repeat(gigabits.size()));
        for (int workers : WORKERS) {
            table.append(System.lineSeparator()).append("| ").append(workers).append(" |");
            for (double rate : gigabits) {
                double perSecond = workers * batch / seconds(workers, rate);
                double alone = batch / seconds(1, rate);
                table.append(String.format(
                        Locale.ROOT, " %.1f texts/s, %.0f %% |", perSecond, 100 * perSecond / alone / workers));
            }
        }
        spec.commandLine().getOut().println(table);
        return 0;
    }

    /** The mean of a step. */
    private double seconds(int workers, double gigabitsPerSecond) {
        Random random = new Random(42);
        double slowest = 0;
        for (int step = 0; step < STEPS; step++) {
            double longest = 0;
            for (int worker = 0; worker < workers; worker++) {
                // The mean is 1, whatever the spread.
                double factor = Math.exp(spread * random.nextGaussian() - spread * spread / 2);
                longest = Math.max(longest, stepSeconds * factor);
            }
            slowest += longest / STEPS;
        }
        double bytes = gradientMegabytes * 1e6;
        int hops = 2 * (workers - 1);
        double portions = Math.ceil(bytes / PORTION);
        return slowest + hops * (portions * delayMillis / 1e3 + bytes / workers * 8 / (gigabitsPerSecond * 1e9));
    }
}
