package io.github.bert4j.train;

import io.github.bert4j.graph.Tensor;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * The mean of a function of an output and a float label of the same shape.
 *
 * @param losses given the output and the label: of all elements, or over the last axis
 */
record ElementwiseLoss(BinaryOperator<Tensor> losses) implements Loss {

    @Override
    public Tensor label(String name, Tensor output) {
        return output.graph().floats(name, output.shape().toArray());
    }

    @Override
    public LossTerm term(Tensor output, Tensor label) {
        return mean(losses.apply(output, label), label);
    }

    @Override
    public Optional<LossTerm> weightedTerm(Tensor output, Tensor label, Tensor weights) {
        return Optional.of(mean(LossTerm.weighted(losses.apply(output, label), weights), label));
    }

    private static LossTerm mean(Tensor losses, Tensor label) {
        int missing = label.shape().rank() - losses.shape().rank();
        if (missing < 0 || missing > 1) {
            throw new IllegalArgumentException(
                    "The losses are %s for labels %s: expected the labels' shape, or that without its last axis"
                            .formatted(losses.shape(), label.shape()));
        }
        return LossTerm.mean(losses, missing == 0 ? label : label.sum(-1));
    }
}
