package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adam with bias correction, as Keras computes it: {@code p -= rate √(1-β₂ᵗ)/(1-β₁ᵗ) · m / (√v + ε)}.
 *
 * <p>Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", the second form of section 2.
 *
 * @param learningRate by step
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon added to the root
 */
public record Adam(LearningRateSchedule learningRate, double beta1, double beta2, double epsilon) implements Optimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-7;

    /** @throws IllegalArgumentException if a decay is not at least 0 and below 1, or epsilon is not positive */
    public Adam {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
            throw new IllegalArgumentException(
                    "Adam with beta1 %s, beta2 %s and epsilon %s: expected decays of at least 0 and below 1, and a positive epsilon"
                            .formatted(beta1, beta2, epsilon));
        }
    }

    /** Adam with Keras' defaults and one learning rate throughout. */
    public Adam(double learningRate) {
        this(LearningRateSchedule.constant(learningRate));
    }

    /** Adam with Keras' defaults. */
    public Adam(LearningRateSchedule learningRate) {
        this(learningRate, BETA_1, BETA_2, EPSILON);
    }

    @Override
    public Updater start(Graph graph, Iterable<Weight> weights) {
        record Moments(INDArray first, INDArray second) {}
        Map<Weight, Moments> moments = new HashMap<>();
        for (Weight weight : weights) {
            moments.put(weight, new Moments(graph.zeros(weight.shape()), graph.zeros(weight.shape())));
        }
        return (step, gradients) -> {
            double correction = Math.sqrt(1 - Math.pow(beta2, step + 1)) / (1 - Math.pow(beta1, step + 1));
            float rate = (float) (learningRate.at(step) * correction);
            gradients.forEach((weight, gradient) -> {
                Moments state = moments.get(weight);
                graph.kernels()
                        .adam(
                                weight.variable().getArr(),
                                gradient,
                                state.first(),
                                state.second(),
                                rate,
                                (float) beta1,
                                (float) beta2,
                                (float) epsilon);
            });
        };
    }
}
