package io.github.bert4j.train;

import io.github.bert4j.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The mean over all elements of a function of an output and a float label of the same shape.
 *
 * @param losses the losses of the elements, given the output and the label
 */
record ElementwiseLoss(Elements losses) implements Loss {

    /** The losses of all elements. */
    @FunctionalInterface
    interface Elements {
        SDVariable of(Tensor output, Tensor label);
    }

    @Override
    public Tensor label(String name, Tensor output) {
        return output.graph().floats(name, output.shape().toArray());
    }

    @Override
    public LossTerm term(Tensor output, Tensor label) {
        return LossTerm.mean(Tensor.of(output.graph(), losses.of(output, label), output.shape()), label);
    }
}
