package io.github.bert4j.bert;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How an encoder is adapted by kernels of low rank (LoRA): {@code x · W} becomes {@code x · W + alpha / rank · dropout(x) · A · B}, where
 * A and B alone are learned and BERT's own weights stay as they are.
 *
 * <p>Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", section 4.
 *
 * @param rank columns of A and rows of B
 * @param alpha by which, divided by the rank, what is learned is multiplied
 * @param dropout of the input of A in training, from 0 and below 1
 * @param kernels which of a layer's
 * @param layers their numbers, from 0, the lowest; empty for all
 */
public record LowRank(int rank, double alpha, double dropout, Set<Kernel> kernels, Set<Integer> layers) {

    /** The kernels of a layer. */
    public enum Kernel {
        QUERY,
        KEY,
        VALUE,
        /** Of the dense layer behind attention. */
        ATTENTION_OUTPUT,
        /** Of the wide dense layer. */
        INTERMEDIATE,
        /** Of what the wide layer is multiplied by, in encoders that have such a gate. */
        GATE,
        /** Of the dense layer behind the wide one. */
        OUTPUT
    }

    /** @throws IllegalArgumentException if a number makes no sense, or no kernel is named */
    public LowRank {
        if (rank < 1 || !(alpha > 0 && alpha < Double.POSITIVE_INFINITY) || !(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "Rank %d, alpha %s, dropout %s: expected at least 1, more than 0, and from 0 to below 1"
                            .formatted(rank, alpha, dropout));
        }
        if (kernels.isEmpty() || layers.stream().anyMatch(layer -> layer < 0)) {
            throw new IllegalArgumentException(
                    "Kernels %s of layers %s: expected at least one kernel, and layers from 0"
                            .formatted(kernels, layers));
        }
        kernels = Collections.unmodifiableSet(EnumSet.copyOf(kernels));
        layers = Collections.unmodifiableSet(new TreeSet<>(layers));
    }

    /** All kernels of all layers, without dropout, and with an alpha of twice the rank. */
    public static LowRank of(int rank) {
        return new LowRank(rank, 2.0 * rank, 0, EnumSet.allOf(Kernel.class), Set.of());
    }

    public LowRank withAlpha(double other) {
        return new LowRank(rank, other, dropout, kernels, layers);
    }

    public LowRank withDropout(double rate) {
        return new LowRank(rank, alpha, rate, kernels, layers);
    }

    /** For these kernels only. */
    public LowRank withKernels(Kernel... some) {
        return new LowRank(rank, alpha, dropout, Set.copyOf(Arrays.asList(some)), layers);
    }

    /** For these layers only, whose numbers start at 0. */
    public LowRank withLayers(Collection<Integer> some) {
        return new LowRank(rank, alpha, dropout, kernels, Set.copyOf(some));
    }

    /** What is learned is multiplied by. */
    double scale() {
        return alpha / rank;
    }

    @Override
    public String toString() {
        return "rank %d, alpha %s, dropout %s, %s of %s"
                .formatted(
                        rank,
                        alpha,
                        dropout,
                        kernels.toString().toLowerCase(Locale.ROOT),
                        layers.isEmpty() ? "all layers" : "layers " + layers);
    }
}
