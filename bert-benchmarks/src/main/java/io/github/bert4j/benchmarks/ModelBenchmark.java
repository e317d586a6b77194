package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.Threads;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Steps of a whole BERT with random weights; prints one line, a {@link StepTimes}.
 *
 * <p>A step's time is that of the public call, from arrays per text to predictions or to updated weights; drawing the
 * texts' tokens is not part of it.
 */
@Command(name = "model", description = "Time per step and memory of inference or training.")
final class ModelBenchmark implements Callable<Integer> {
    @Mixin
    private ModelOptions options;

    @Mixin
    private TimedSteps steps;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Threads.use(options.threads);
        try (RandomBert bert = new RandomBert(options)) {
            StepTimes times = steps.measure(StepTimes.ownName(), options, options.precision(), bert::step);
            spec.commandLine().getOut().println(Benchmarks.json(times));
        }
        return 0;
    }
}
