package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How gradients change weights: a description, whose state is made when training starts. */
@FunctionalInterface
public interface Optimizer {
    /** Allocates the state for these weights; the graph owns it. */
    Updater start(Graph graph, Iterable<Weight> weights);

    /** An optimizer at work. */
    @FunctionalInterface
    interface Updater {
        /**
         * Changes the weights in place.
         *
         * @param step training steps done before, from 0
         */
        void update(long step, Map<Weight, INDArray> gradients);
    }
}
