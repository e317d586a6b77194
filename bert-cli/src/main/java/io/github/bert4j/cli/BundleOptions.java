package io.github.bert4j.cli;

import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

    @Mixin
    private ComputeOptions compute;

    TrainedTask<?> load() throws IOException {
        TrainedTask<?> task = TrainedTask.load(bundle, others, compute.begin());
        task.model().models().forEach(model -> compute.watch(model.graph()));
        return task;
    }

    /** Says how the bundle's models computed, if that is asked for. */
    void end(Console console) {
        compute.end(console);
    }
}
