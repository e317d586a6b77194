package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.Collection;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How gradients change weights: a description, whose state is made when training starts. One of your own is a few lines:
 *
 * <pre>{@code
 * Optimizer descent = (graph, weights) -> (step, gradients) -> gradients.forEach(
 *         (weight, gradient) -> weight.variable().getArr().subi(gradient.dense().mul(0.01)));
 * }</pre>
 */
@FunctionalInterface
public interface Optimizer {
    /** Allocates the state for these weights; the graph owns it. */
    Updater start(Graph graph, Iterable<Weight> weights);

    /** The learning rates it takes, for history and callbacks; NaN throughout for one that tells none. */
    default LearningRateSchedule learningRate() {
        return step -> Double.NaN;
    }

    /**
     * The settings besides the learning rate of each step, for training to go on with the same ones only; empty where
     * they are not told.
     *
     * @param weights those that it trains
     */
    default String settings(Iterable<Weight> weights) {
        return "";
    }

    /**
     * Looks at the graph's weights when a model is compiled.
     *
     * @throws IllegalArgumentException if its settings mean weights that are not there
     */
    default void check(Collection<Weight> weights) {}

    /** Arrays that the state holds for each weight, of the weight's size; for the estimate of memory. */
    default int arraysPerWeight() {
        return 0;
    }

    /** An optimizer at work. */
    @FunctionalInterface
    interface Updater {
        /**
         * Changes the weights in place.
         *
         * @param step training steps done before, from 0
         * @param gradients in the order of the weights
         */
        void update(long step, Map<Weight, Gradient> gradients);

        /**
         * The arrays that the next update depends on besides weights and step, by name: whoever saves them, and later
         * writes their values into those of a new updater, goes on as if nothing had come between. Empty where there are
         * none.
         */
        default Map<String, INDArray> state() {
            return Map.of();
        }

        /** Values were written into the arrays of {@link #state}. */
        default void stateChanged() {}
    }
}
