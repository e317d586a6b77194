package io.github.bert4j.train;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A mean, kept as its two sums so that it stays exact when batches are put together or split: a loss is the sum of its
 * terms' {@code numerator / denominator}.
 *
 * @param numerator a float scalar
 * @param denominator a float scalar that does not depend on weights
 * @param name as its mean is called in {@code History} where a loss has several terms; empty for {@code loss_1} …
 */
public record LossTerm(Tensor numerator, Tensor denominator, String name) {

    /** @throws IllegalArgumentException if one of them is not a scalar */
    public LossTerm {
        requireScalar("numerator", numerator);
        requireScalar("denominator", denominator);
    }

    /** A term without a name. */
    public LossTerm(Tensor numerator, Tensor denominator) {
        this(numerator, denominator, "");
    }

    /** The same with a name, by which {@code History} has its mean as {@code name_loss}. */
    public LossTerm named(String part) {
        return new LossTerm(numerator, denominator, part);
    }

    /** The same, counting so many times as much in the sum of all terms. */
    public LossTerm times(double factor) {
        return new LossTerm(numerator.times(factor), denominator, name);
    }

    /**
     * The mean of all elements.
     *
     * @param label the input that {@code losses} were made from, of the same number of elements, which it is counted by
     */
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

    /**
     * The mean of the elements where {@code mask} is 1; the others' losses do not count.
     *
     * @throws IllegalArgumentException if losses and mask are not of the same shape, as far as it is known
     */
    public static LossTerm maskedMean(Tensor losses, Tensor mask) {
        requireSameShape(losses, mask);
        return new LossTerm(
                scalar(losses, losses.variable().mul(mask.variable()).sum()),
                scalar(losses, mask.variable().sum()));
    }

    /**
     * The sum of all losses by the number of samples.
     *
     * @param input any input with the batch as its first axis, which the samples are counted by
     */
    public static LossTerm perSample(Tensor losses, Tensor input) {
        SDVariable samples = input.variable().shape().get(SDIndex.point(0)).castTo(DataType.FLOAT);
        return new LossTerm(scalar(losses, losses.variable().sum()), scalar(losses, samples));
    }

    /**
     * Losses times the weights of their samples.
     *
     * @param losses [batch, … ]
     * @param weights [batch]
     */
    static Tensor weighted(Tensor losses, Tensor weights) {
        Tensor factors = weights;
        while (factors.shape().rank() < losses.shape().rank()) {
            factors = factors.expandDims(-1);
        }
        return losses.times(factors);
    }

    private static void requireScalar(String part, Tensor tensor) {
        if (tensor.shape().rank() != 0) {
            throw new IllegalArgumentException(
                    "The %s of a loss is %s: expected a scalar, such as lambda(x -> x.sum()) makes"
                            .formatted(part, tensor));
        }
    }

    /** Broadcasting would count a mask [batch, length] many times over losses [batch, length, 1]. */
    private static void requireSameShape(Tensor losses, Tensor mask) {
        Shape a = losses.shape();
        Shape b = mask.shape();
        boolean same = a.rank() == b.rank();
        for (int axis = 0; same && axis < a.rank(); axis++) {
            same = a.size(axis) == b.size(axis) || a.size(axis) == Shape.UNKNOWN || b.size(axis) == Shape.UNKNOWN;
        }
        if (!same) {
            throw new IllegalArgumentException(
                    "The mask %s does not fit the losses %s: expected the same shape".formatted(mask, losses));
        }
    }

    private static Tensor scalar(Tensor from, SDVariable variable) {
        return Tensor.of(from.graph(), variable, Shape.of());
    }
}
