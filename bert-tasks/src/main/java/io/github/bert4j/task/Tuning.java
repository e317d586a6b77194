package io.github.bert4j.task;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.LowRank;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Technique;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How a task's training differs from its original recipe, which is {@link #NONE}.
 *
 * <pre>{@code
 * Tuning tuning = Tuning.NONE
 *         .withFrozenLayers(2)
 *         .withOptimizer((bert, adam) -> new AdamW(adam.withGlobalClipNorm(1), 0.01))
 *         .withTechniques(bert -> List.of(new AdversarialTraining(bert.wordEmbeddings(), 0.5)));
 * SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS.withTuning(tuning));
 * }</pre>
 *
 * @param frozenLayers the embeddings and so many of the lowest layers stay as they are; empty if all are trained
 * @param batchesPerStep whose gradients are added up; see {@link GradientAccumulation}
 * @param optimizer made of the recipe's
 * @param techniques besides accumulation
 * @param rate how the learning rate changes; empty for as in the recipe
 * @param lowRank how BERT is adapted instead of trained; a rate of about ten times the recipe's suits that. A bundle then holds
 *     what was learned alone, and names its base
 */
public record Tuning(
        OptionalInt frozenLayers,
        int batchesPerStep,
        Choice optimizer,
        Function<Bert, List<Technique>> techniques,
        Optional<Backbone.Recipe> rate,
        Optional<LowRank> lowRank) {
    public static final Tuning NONE = new Tuning(
            OptionalInt.empty(), 1, (bert, adam) -> adam, bert -> List.of(), Optional.empty(), Optional.empty());

    /** Makes an optimizer of the recipe's, whose learning rate it should keep. */
    @FunctionalInterface
    public interface Choice {
        Optimizer of(Bert bert, Adam recipe);
    }

    /** @throws IllegalArgumentException if a number makes no sense */
    public Tuning {
        if (frozenLayers.orElse(0) < 0 || batchesPerStep < 1) {
            throw new IllegalArgumentException(
                    "%d frozen layers, %d batches per step: expected none or more, and at least 1"
                            .formatted(frozenLayers.orElse(0), batchesPerStep));
        }
    }

    /** @param lowest how many layers stay as they are, the embeddings always with them */
    public Tuning withFrozenLayers(int lowest) {
        return new Tuning(OptionalInt.of(lowest), batchesPerStep, optimizer, techniques, rate, lowRank);
    }

    public Tuning withBatchesPerStep(int batches) {
        return new Tuning(frozenLayers, batches, optimizer, techniques, rate, lowRank);
    }

    public Tuning withOptimizer(Choice choice) {
        return new Tuning(frozenLayers, batchesPerStep, choice, techniques, rate, lowRank);
    }

    public Tuning withTechniques(Function<Bert, List<Technique>> some) {
        return new Tuning(frozenLayers, batchesPerStep, optimizer, some, rate, lowRank);
    }

    /** @param other how the learning rate changes, instead of as in the recipe */
    public Tuning withRate(Backbone.Recipe other) {
        return new Tuning(frozenLayers, batchesPerStep, optimizer, techniques, Optional.of(other), lowRank);
    }

    /** @param settings of an adapter, which is trained with the head, while BERT stays as it is */
    public Tuning withLowRank(LowRank settings) {
        return new Tuning(frozenLayers, batchesPerStep, optimizer, techniques, rate, Optional.of(settings));
    }

    /** Steps per epoch. */
    public int steps(Dataset dataset) {
        return (dataset.steps() + batchesPerStep - 1) / batchesPerStep;
    }

    /**
     * Compiles a task's model; whoever predicts with it meanwhile is not disturbed.
     *
     * @param learningRate by step, the recipe's
     * @param compile the task's loss and metrics
     * @throws IllegalArgumentException if BERT has fewer layers than are to be frozen
     */
    public CompiledModel compile(
            Bert bert, LearningRateSchedule learningRate, Function<Optimizer, CompiledModel> compile) {
        return bert.wordEmbeddings().graph().changing(() -> {
            frozenLayers.ifPresent(bert::freezeLowestLayers);
            CompiledModel model = compile.apply(optimizer.of(bert, new Adam(learningRate)));
            Stream<Technique> accumulation =
                    batchesPerStep == 1 ? Stream.of() : Stream.of(new GradientAccumulation(batchesPerStep));
            return model.with(
                    Stream.concat(accumulation, techniques.apply(bert).stream()).toArray(Technique[]::new));
        });
    }
}
