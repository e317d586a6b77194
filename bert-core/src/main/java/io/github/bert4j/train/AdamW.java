package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.Collection;

/**
 * Adam with decoupled weight decay: each update also takes {@code rate · weightDecay} of itself from every weight of role
 * {@link Weight.Role#KERNEL}; biases and the scales and shifts of normalizations do not decay.
 *
 * <p>It is what BERT was pre-trained with, which has no bias correction, but for that:
 *
 * <pre>{@code
 * new AdamW(new Adam(warmUpThenLinearDecay(2e-5, steps / 10, steps)).withEpsilon(1e-6).withGlobalClipNorm(1), 0.01)
 * }</pre>
 *
 * <p>Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2, with the learning rate as its
 * η; {@code AdamWeightDecayOptimizer} in {@code optimization.py} of google-research/bert.
 *
 * @param adam the update without decay
 * @param weightDecay such as 0.01
 */
public record AdamW(Adam adam, double weightDecay) implements Optimizer {

    /** @throws IllegalArgumentException if the decay is negative or not a number */
    public AdamW {
        requireDecay(weightDecay);
    }

    /** AdamW on Keras' defaults of Adam and one learning rate throughout. */
    public AdamW(double learningRate, double weightDecay) {
        this(new Adam(learningRate), weightDecay);
    }

    /** AdamW on Keras' defaults of Adam. */
    public AdamW(LearningRateSchedule learningRate, double weightDecay) {
        this(new Adam(learningRate), weightDecay);
    }

    @Override
    public LearningRateSchedule learningRate() {
        return adam.learningRate();
    }

    @Override
    public String settings(Iterable<Weight> weights) {
        return "AdamW, weight decay %s, %s".formatted(weightDecay, adam.settings(weights));
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
        return new AdamUpdater(adam, weightDecay, false, graph, weights);
    }

    static void requireDecay(double weightDecay) {
        if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Weight decay " + weightDecay + ": expected 0 or more, such as 0.01");
        }
    }
}
