package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.Collection;

/**
 * Adam with bias correction, as Keras computes it: {@code p -= rate √(1-β₂ᵗ)/(1-β₁ᵗ) · m / (√v + ε)}.
 *
 * <p>Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", the second form of section 2.
 *
 * @param learningRate by step
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon added to the root
 * @param globalClipNorm the norm over all weights' gradients together above which they are scaled down to it; infinite
 *     for never
 * @param rateFactors what the learning rate is multiplied by, weight by weight
 */
public record Adam(
        LearningRateSchedule learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double globalClipNorm,
        RateFactors rateFactors)
        implements Optimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-7;

    /**
     * @throws IllegalArgumentException if a decay is not at least 0 and below 1, or epsilon or the norm is not positive
     */
    public Adam {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && globalClipNorm > 0)) {
            throw new IllegalArgumentException(
                    "Adam with beta1 %s, beta2 %s, epsilon %s and gradients clipped to norm %s: expected decays of at least 0 and below 1, a positive epsilon and a positive norm"
                            .formatted(beta1, beta2, epsilon, globalClipNorm));
        }
    }

    /** Adam with Keras' defaults and one learning rate throughout. */
    public Adam(double learningRate) {
        this(LearningRateSchedule.constant(learningRate));
    }

    /** Adam with Keras' defaults, which are 0.9, 0.999, 1e-7 and no clipping. */
    public Adam(LearningRateSchedule learningRate) {
        this(learningRate, BETA_1, BETA_2, EPSILON, Double.POSITIVE_INFINITY, RateFactors.none());
    }

    /** The same with other decays of the two means. */
    public Adam withBetas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, globalClipNorm, rateFactors);
    }

    /** The same with another epsilon. */
    public Adam withEpsilon(double added) {
        return new Adam(learningRate, beta1, beta2, added, globalClipNorm, rateFactors);
    }

    /**
     * The same with all gradients multiplied by {@code norm / ‖all gradients‖} where that is below 1; BERT was trained
     * with a norm of 1.
     *
     * <p>Source: Pascanu et al., "On the difficulty of training recurrent neural networks", section 3.2.
     */
    public Adam withGlobalClipNorm(double norm) {
        return new Adam(learningRate, beta1, beta2, epsilon, norm, rateFactors);
    }

    /** The same with other learning rates for some weights; those of the schedule are multiplied by these factors. */
    public Adam withRateFactors(RateFactors factors) {
        return new Adam(learningRate, beta1, beta2, epsilon, globalClipNorm, factors);
    }

    @Override
    public String settings(Iterable<Weight> weights) {
        // Of most weights the factor is the same, so what differs is told by runs of equal ones.
        StringBuilder factors = new StringBuilder();
        double last = Double.NaN;
        for (Weight weight : weights) {
            double factor = rateFactors.of(weight);
            if (factor != last) {
                factors.append(' ').append(factor).append(" from ").append(weight.name());
                last = factor;
            }
        }
        return "Adam, beta1 %s, beta2 %s, epsilon %s, gradients clipped to norm %s, rates times%s"
                .formatted(beta1, beta2, epsilon, globalClipNorm, factors);
    }

    @Override
    public void check(Collection<Weight> weights) {
        rateFactors.check(weights);
    }

    @Override
    public int arraysPerWeight() {
        return AdamUpdater.ARRAYS_PER_WEIGHT;
    }

    @Override
    public Updater start(Graph graph, Iterable<Weight> weights) {
        return new AdamUpdater(this, 0, false, graph, weights);
    }
}
