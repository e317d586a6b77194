package io.github.bert4j.train;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.SpanCrossEntropyOp;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/** A training objective: compares one output of a model with its label. */
public interface Loss {
    /** Creates the input that takes the labels for an output. */
    Tensor label(String name, Tensor output);

    /** Adds the loss to the graph. */
    LossTerm term(Tensor output, Tensor label);

    /**
     * Adds the loss to the graph, each sample's multiplied by its weight; empty for a loss that knows of none.
     *
     * @param weights [batch]
     */
    default Optional<LossTerm> weightedTerm(Tensor output, Tensor label, Tensor weights) {
        return Optional.empty();
    }

    /**
     * A loss of your own: the mean of a function of output and label.
     *
     * <pre>{@code
     * Loss huber = Loss.elementwise((output, label) -> output.minus(label).square().plus(1).sqrt().minus(1));
     * }</pre>
     *
     * @param losses of the label's shape, or without its last axis; the label is float, of the output's shape
     */
    static Loss elementwise(BinaryOperator<Tensor> losses) {
        return new ElementwiseLoss(losses);
    }

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
     * {@code -log p[class]} of every position, for losses made of tensors.
     *
     * @param output probabilities from a softmax, [… , classes]
     * @param label class numbers from 0, int32 [… ]
     * @return [… ]
     */
    static Tensor sparseCategoricalCrossEntropies(Tensor output, Tensor label) {
        return sparseCategoricalCrossEntropy().losses(output, label);
    }

    /**
     * {@code -Σ y log p} of every position, for losses made of tensors.
     *
     * @param output probabilities from a softmax, [… , classes]
     * @param label float, same shape
     * @return [… ]
     */
    static Tensor categoricalCrossEntropies(Tensor output, Tensor label) {
        return categoricalCrossEntropy().losses(output, label);
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
        return elementwise((output, label) -> output.minus(label).square());
    }

    /** The mean of {@code |output - label|} over all elements; labels: float, same shape. */
    static Loss meanAbsoluteError() {
        return elementwise((output, label) -> output.minus(label).abs());
    }

    /**
     * The mean of {@code -cos(output, label)} over the last axis, from -1 for the same direction to 1; labels: float, same
     * shape. As {@code CosineSimilarity} in Keras.
     */
    static Loss cosineSimilarity() {
        return elementwise((output, label) -> output.cosine(label).negate());
    }

    /**
     * The mean of {@code Σ y log(y / p)} over all positions, Kullback and Leibler's divergence. Output: probabilities from a
     * softmax, [… , classes]; labels: float, same shape, the probability of each class. Computed from the softmax's logits.
     */
    static Loss klDivergence() {
        return elementwise((output, label) -> categoricalCrossEntropy()
                .losses(output, label)
                // 0 · log 0 is 0.
                .plus(label.times(label.plus(1e-30).log()).sum(-1)));
    }
}
