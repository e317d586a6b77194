package io.github.bert4j.train;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.SpanCrossEntropyOp;
import org.nd4j.autodiff.samediff.SDVariable;

/** A training objective: compares one output of a model with its label. */
public interface Loss {
    /** Creates the input that takes the labels for an output. */
    Tensor label(String name, Tensor output);

    /** Adds the loss to the graph. */
    LossTerm term(Tensor output, Tensor label);

    /**
     * The mean of {@code -y log p - (1-y) log(1-p)} over all elements. Output: probabilities from a sigmoid, any shape;
     * labels: float, same shape. Computed from the sigmoid's logits.
     */
    static CrossEntropy binaryCrossEntropy() {
        return new CrossEntropy(CrossEntropy.Labels.BINARY);
    }

    /**
     * {@code -y log p - (1-y) log(1-p)} of every element, for losses made of tensors.
     *
     * @param output probabilities from a sigmoid, any shape
     * @param label float, same shape
     * @return the same shape
     */
    static Tensor binaryCrossEntropies(Tensor output, Tensor label) {
        return binaryCrossEntropy().losses(output, label);
    }

    /**
     * The mean of {@code -log p[class]}. Output: probabilities from a softmax, [… , classes]; labels: class numbers from
     * 0, int32 [… ], where one below 0 marks a position that does not count. Computed from the softmax's logits.
     */
    static CrossEntropy sparseCategoricalCrossEntropy() {
        return new CrossEntropy(CrossEntropy.Labels.SPARSE);
    }

    /**
     * The mean of {@code -Σ y log p} over all positions. Output: probabilities from a softmax, [… , classes]; labels:
     * float, same shape, the probability of each class, 1 for one and 0 for the others where it is certain. Computed from
     * the softmax's logits. Padding counts as positions: where there is any, use {@link #sparseCategoricalCrossEntropy}.
     */
    static CrossEntropy categoricalCrossEntropy() {
        return new CrossEntropy(CrossEntropy.Labels.CATEGORICAL);
    }

    /**
     * {@code log(1 + Σ e^s)} over the scores of what is no span, plus {@code log(1 + Σ e^-s)} over those of spans: the mean
     * over labels, by sample. Output: scores from a {@code GlobalPointer}, [batch, labels, start, end]; labels: int32
     * [batch, k, 3], rows of label, start and end (the last position itself), where a label below 0 marks nothing.
     *
     * <p>A sample without spans has a row of -1, since arrays of no rows cannot be fed.
     *
     * <p>Source: Su et al., "ZLPR: A Novel Loss for Multi-label Classification".
     */
    static Loss spanCrossEntropy() {
        return new Loss() {
            @Override
            public Tensor label(String name, Tensor output) {
                return output.graph().ints(name, Shape.UNKNOWN, Shape.UNKNOWN, 3);
            }

            @Override
            public LossTerm term(Tensor output, Tensor label) {
                Shape scores = output.shape();
                SDVariable losses = new SpanCrossEntropyOp(output.variable(), label.variable()).output();
                return LossTerm.perSample(Tensor.of(output.graph(), losses.mean(1), Shape.of(scores.size(0))), label);
            }
        };
    }

    /** The mean of {@code (output - label)²} over all elements; labels: float, same shape. */
    static Loss meanSquaredError() {
        return new ElementwiseLoss((output, label) ->
                output.graph().sameDiff().math().square(output.variable().sub(label.variable())));
    }
}
