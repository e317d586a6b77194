package io.github.bert4j.examples;

import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long and how fast a task is trained, and where the result goes; the defaults are the task's. */
final class TrainingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the bundle goes.")
    private Path out;

    @Option(names = "--epochs", paramLabel = "N", description = "Times to go through the training data.")
    private int epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Texts per step.")
    private int batch;

    @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate; where it changes, its peak.")
    private double learningRate;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed;

    TrainingOptions(int epochs, int batch, double learningRate, long seed) {
        this.epochs = epochs;
        this.batch = batch;
        this.learningRate = learningRate;
        this.seed = seed;
    }

    Path out() {
        return out;
    }

    int epochs() {
        return epochs;
    }

    int batch() {
        return batch;
    }

    double learningRate() {
        return learningRate;
    }

    long seed() {
        return seed;
    }

    /**
     * The task's own options, which refuse values that make no sense.
     *
     * @throws ParameterException if they do, or if there is no epoch
     */
    <T> T check(Supplier<T> options) {
        if (epochs < 1) {
            throw new ParameterException(spec.commandLine(), "--epochs is " + epochs + ": expected at least 1");
        }
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
