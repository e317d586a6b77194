package io.github.bert4j.cli;

import io.github.bert4j.bert.LowRank;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How BERT is adapted instead of trained. */
final class LowRankOptions {
    static final String LORA = "--lora";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = LORA,
            paramLabel = "RANK",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Keep BERT as it is and train an adapter of this rank, such as 8: the bundle holds that alone, and names"
                            + " its base. Default with it: a --lr ten times as high.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> rank = Optional.empty();

    @Option(
            names = "--lora-alpha",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "What the adapter says is multiplied by this, divided by its rank. Default: twice the rank.",
            converter = Numbers.Positive.class)
    private Optional<Double> loraAlpha = Optional.empty();

    @Option(
            names = "--lora-dropout",
            paramLabel = "RATE",
            showDefaultValue = Visibility.NEVER,
            description = "Dropout of what the adapter reads, such as 0.1. Default: none.",
            converter = Numbers.Decay.class)
    private Optional<Double> loraDropout = Optional.empty();

    @Option(
            names = "--lora-kernels",
            paramLabel = "NAME",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description =
                    "What is adapted, of: query, key, value, attention_output, intermediate, gate, output. Default: all.")
    private List<LowRank.Kernel> loraKernels = List.of();

    @Option(
            names = "--lora-layers",
            paramLabel = "N",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "The layers that are adapted, counted from 0. Default: all.",
            converter = Numbers.AtLeastZero.class)
    private List<Integer> loraLayers = List.of();

    /** Empty if BERT is to be trained. */
    Optional<LowRank> settings() {
        return rank.map(LowRank::of)
                .map(settings -> loraAlpha.map(settings::withAlpha).orElse(settings))
                .map(settings -> loraDropout.map(settings::withDropout).orElse(settings))
                .map(settings -> loraKernels.isEmpty()
                        ? settings
                        : settings.withKernels(loraKernels.toArray(LowRank.Kernel[]::new)))
                .map(settings -> settings.withLayers(loraLayers));
    }

    /** @throws ParameterException if it is said how, but not that it is to be adapted */
    void require() {
        boolean how =
                loraAlpha.isPresent() || loraDropout.isPresent() || !loraKernels.isEmpty() || !loraLayers.isEmpty();
        if (rank.isEmpty() && how) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--lora-alpha, --lora-dropout, --lora-kernels and --lora-layers say how --lora adapts: give its rank");
        }
    }
}
