package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.Collection;

/**
 * LAMB, for large batches: Adam's step with weight decay, scaled for each weight to {@code rate · ‖weight‖}. Biases and the
 * scales and shifts of normalizations neither decay nor are scaled; nor is a weight whose norm, or whose step's, is 0.
 *
 * <pre>{@code
 * new Lamb(warmUpThenLinearDecay(1e-3, steps / 10, steps))
 * }</pre>
 *
 * <p>Source: You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", algorithm 2, with
 * φ(x) = x; the exclusions of {@code lamb_optimizer.py} in google-research/albert, which has no bias correction.
 *
 * @param adam the step before decay and scaling; the paper's epsilon is 1e-6
 * @param weightDecay such as 0.01
 */
public record Lamb(Adam adam, double weightDecay) implements Optimizer {
    private static final double EPSILON = 1e-6;
    private static final double WEIGHT_DECAY = 0.01;

    /** @throws IllegalArgumentException if the decay is negative or not a number */
    public Lamb {
        AdamW.requireDecay(weightDecay);
    }

    /** LAMB with the paper's decay of 0.01 and one learning rate throughout. */
    public Lamb(double learningRate) {
        this(LearningRateSchedule.constant(learningRate));
    }

    /** LAMB with the paper's decay of 0.01. */
    public Lamb(LearningRateSchedule learningRate) {
        this(new Adam(learningRate).withEpsilon(EPSILON), WEIGHT_DECAY);
    }

    /** The learning rates it takes. */
    public LearningRateSchedule learningRate() {
        return adam.learningRate();
    }

    @Override
    public String settings(Iterable<Weight> weights) {
        return "Lamb, weight decay %s, %s".formatted(weightDecay, adam.settings(weights));
    }

    @Override
    public void check(Collection<Weight> weights) {
        adam.check(weights);
    }

    @Override
    public int arraysPerWeight() {
        return AdamUpdater.ARRAYS_PER_WEIGHT;
    }

    @Override
    public Updater start(Graph graph, Iterable<Weight> weights) {
        return new AdamUpdater(adam, weightDecay, true, graph, weights);
    }
}
