package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.SpanScoresOp;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Scores every stretch of a sequence as a span of every label, above 0 for those that are: vectors [batch, length, width]
 * and mask [batch, length] → [batch, labels, start, end]. To be trained with {@code Loss.spanCrossEntropy()}.
 *
 * <p>A stretch's score is the inner product of a query made from its first vector and a key made from its last one, both
 * rotated by their positions, over the root of their size. Stretches that end before they start, or start or end where the
 * mask is 0, have {@link SpanScoresOp#IMPOSSIBLE}. Weights: query/kernel and key/kernel [width, labels · size], query/bias
 * and key/bias [labels · size].
 *
 * <p>Source: Su Jianlin, "GlobalPointer: a unified way of nested and flat NER" (2021), and its code in bert4keras.
 */
public final class GlobalPointer extends Layer {
    private static final int SIZE = 64;

    private final int labels;
    private final int size;
    private Weight queryKernel;
    private Weight queryBias;
    private Weight keyKernel;
    private Weight keyBias;

    /** A layer with queries and keys of the source's size, 64. */
    public GlobalPointer(int labels) {
        this(labels, SIZE);
    }

    /**
     * @param labels kinds of spans
     * @param size numbers in a query or key
     * @throws IllegalArgumentException if there are no labels, or the size is not even and positive
     */
    public GlobalPointer(int labels, int size) {
        super("global_pointer");
        if (labels < 1 || size < 2 || size % 2 != 0) {
            throw new IllegalArgumentException(
                    "GlobalPointer of %d labels and size %d: expected at least one label and an even size"
                            .formatted(labels, size));
        }
        this.labels = labels;
        this.size = size;
    }

    @Override
    protected void build(List<Tensor> inputs) {
        long width = inputs.get(0).shape().size(-1);
        if (width == Shape.UNKNOWN) {
            throw new IllegalArgumentException(
                    "GlobalPointer was applied to %s: the size of the last axis must be known"
                            .formatted(inputs.get(0)));
        }
        long units = (long) labels * size;
        queryKernel = weight("query/kernel", Shape.of(width, units), Initializer.glorotUniform());
        queryBias = weight("query/bias", Shape.of(units), Initializer.zeros(), Role.BIAS);
        keyKernel = weight("key/kernel", Shape.of(width, units), Initializer.glorotUniform());
        keyBias = weight("key/bias", Shape.of(units), Initializer.zeros(), Role.BIAS);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 2);
        Tensor x = inputs.get(0);
        requireRank(x, 3, "[batch, length, width]");
        requireRank(inputs.get(1), 2, "mask [batch, length]");
        SDVariable scores = new SpanScoresOp(
                        dense(x, queryKernel, queryBias),
                        dense(x, keyKernel, keyBias),
                        inputs.get(1).variable(),
                        size)
                .output();
        return Tensor.of(
                graph(),
                scores,
                Shape.of(x.shape().size(0), labels, x.shape().size(1), x.shape().size(1)));
    }

    private static SDVariable dense(Tensor x, Weight kernel, Weight bias) {
        return new DenseOp(x.variable(), kernel.variable(), bias.variable()).output();
    }
}
