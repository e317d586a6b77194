package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model is measured, and on what; every peer of this benchmark takes the same arguments. */
final class ModelOptions {
    @Parameters(index = "0", paramLabel = "BATCH", description = "Sequences per step.")
    int batch;

    @Parameters(index = "1", paramLabel = "LENGTH", description = "Tokens per sequence, unless --lengths is given.")
    int length;

    @Parameters(index = "2", paramLabel = "MODE", description = "infer or train.")
    Mode mode;

    @Parameters(index = "3", paramLabel = "LAYERS", description = "Layers of the encoder.")
    int layers;

    @Option(names = "--hidden", defaultValue = "768", description = "Width of the encoder, in heads of 64.")
    int hidden;

    @Mixin
    private PrecisionOptions precision;

    @Option(
            names = "--family",
            paramLabel = "TYPE",
            defaultValue = "bert",
            description = "Whose encoder, as config.json calls it, such as roberta.")
    String family;

    @Option(names = "--dropout", defaultValue = "0.1", description = "Dropout in training.")
    double dropout;

    @Option(
            names = "--freeze-layers",
            paramLabel = "N",
            description = "Train neither the embeddings nor the N lowest layers.")
    Optional<Integer> frozenLayers = Optional.empty();

    @Option(names = "--threads", defaultValue = "2", description = "Threads of the computation.")
    int threads;

    @Option(
            names = "--lengths",
            paramLabel = "FILE.tsv",
            description =
                    "Sequences as long as the texts of these lines (label, TAB, text), up to 102 tokens, shuffled.")
    Path lengths;

    Precision precision() {
        return precision.precision();
    }

    /** The sequences' lengths, batch by batch. */
    List<int[]> batches(int steps) throws IOException {
        return lengths == null ? Lengths.equal(length, batch, steps) : Lengths.ofTexts(lengths, batch, steps);
    }
}
