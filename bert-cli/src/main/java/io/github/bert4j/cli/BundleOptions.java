package io.github.bert4j.cli;

import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.SharedBases;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which trained model to use, or which ones together. */
final class BundleOptions {
    @Parameters(index = "0", paramLabel = "BUNDLE", description = "What train saved, or a zip of it.")
    private Path bundle;

    @Option(
            names = "--with",
            paramLabel = "BUNDLE",
            showDefaultValue = Visibility.NEVER,
            description = "event: another bundle; what they say is averaged. May be given several times.")
    private List<Path> others = List.of();

    @Option(
            names = "--base",
            paramLabel = "DIR",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Where the model is that a bundle of train --lora adapts, if it is not where it was: a checkpoint, a"
                            + " bundle, or " + BuiltInModel.NAME + ".")
    private Optional<Path> base = Optional.empty();

    @Mixin
    private ComputeOptions compute;

    TrainedTask<?> load() throws IOException {
        Precision precision = compute.begin();
        TrainedTask<?> task;
        if (others.isEmpty()) {
            try (SharedBases bases = new SharedBases(precision)) {
                task = load(bundle, bases);
            }
        } else {
            task = TrainedTask.load(bundle, others, precision);
        }
        watch(task);
        return task;
    }

    /** The bundle, and others beside it, by their names; adapters of one base share it. */
    Served load(Map<String, Path> named) throws IOException {
        Map<String, TrainedTask<?>> tasks = new LinkedHashMap<>();
        boolean done = false;
        try (SharedBases bases = new SharedBases(compute.begin())) {
            tasks.put("", load(bundle, bases));
            for (Map.Entry<String, Path> other : named.entrySet()) {
                tasks.put(other.getKey(), load(other.getValue(), bases));
            }
            tasks.values().forEach(this::watch);
            done = true;
        } finally {
            if (!done) {
                tasks.values().forEach(TrainedTask::close);
            }
        }
        return new Served(tasks.remove(""), tasks);
    }

    /** Models that answer beside each other. */
    record Served(TrainedTask<?> first, Map<String, TrainedTask<?>> others) {}

    private TrainedTask<?> load(Path path, SharedBases bases) throws IOException {
        try (Bundle opened = Bundle.open(path)) {
            return AdapterBase.find(opened, base, bases::load);
        }
    }

    private void watch(TrainedTask<?> task) {
        task.model().models().forEach(model -> compute.watch(model.graph()));
    }

    /** Says how the bundle's models computed, if that is asked for. */
    void end(Console console) {
        compute.end(console);
    }
}
