package io.github.bert4j.cli;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.ops.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command computes. */
final class ComputeOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Threads that one computation takes. Default: one per core.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> threads = Optional.empty();

    @Option(
            names = "--precision",
            paramLabel = "float32|bf16|int8",
            description =
                    "Of matrix products; bf16 and int8 are faster, on CPUs that have instructions for them. Models in int8"
                            + " predict, and are not trained.")
    private Precision precision = Precision.FLOAT32;

    @Option(names = "--profile", description = "Say at the end how long each kind of operation took.")
    private boolean profile;

    private final List<Profile> profiles = new ArrayList<>();

    /** As {@link #begin}; a model in int8 cannot be trained. */
    Precision beginTraining() {
        if (precision == Precision.INT8) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--precision int8: models are trained in float32 or bf16; convert a trained one with `convert BUNDLE TO --int8`");
        }
        return begin();
    }

    /** @throws ParameterException if this machine has neither so many threads nor this precision */
    Precision begin() {
        try {
            threads.ifPresent(Threads::use);
            OneDnn.require(precision);
            return precision;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Has the operations of a graph's runs counted from now on, if that is asked for. */
    void watch(Graph graph) {
        if (profile) {
            profiles.add(graph.profile());
        }
    }

    /** Tells what was counted. */
    void end(Console console) {
        profiles.forEach(counted -> console.log(counted.toString()));
    }
}
