package io.github.bert4j.train;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A mean, kept as its two sums so that it stays exact when batches are put together or split: a loss is the sum of its
 * terms' {@code numerator / denominator}.
 *
 * @param numerator a float scalar
 * @param denominator a float scalar that does not depend on weights
 */
public record LossTerm(Tensor numerator, Tensor denominator) {

    /** The mean of all elements. */
    public static LossTerm mean(Tensor losses, Tensor label) {
        return new LossTerm(
                scalar(losses, losses.variable().sum()),
                scalar(
                        losses,
                        losses.graph()
                                .sameDiff()
                                .onesLike(label.variable())
                                .castTo(DataType.FLOAT)
                                .sum()));
    }

    /** The mean of the elements where {@code mask}, of the same shape, is 1; the others' losses do not count. */
    public static LossTerm maskedMean(Tensor losses, Tensor mask) {
        return new LossTerm(
                scalar(losses, losses.variable().mul(mask.variable()).sum()),
                scalar(losses, mask.variable().sum()));
    }

    private static Tensor scalar(Tensor from, SDVariable variable) {
        return Tensor.of(from.graph(), variable, Shape.of());
    }
}
