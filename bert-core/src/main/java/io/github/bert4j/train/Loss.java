package io.github.bert4j.train;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.ops.SigmoidCrossEntropyOp;
import io.github.bert4j.ops.SoftmaxCrossEntropyOp;
import io.github.bert4j.ops.SpanCrossEntropyOp;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** What is made small: compares one output of a model with its label. */
public interface Loss {
    /** Creates the input that takes the labels for an output. */
    Tensor label(String name, Tensor output);

    /** Adds the loss to the graph. */
    LossTerm term(Tensor output, Tensor label);

    /**
     * The mean of {@code -y log p - (1-y) log(1-p)} over all elements. Output: probabilities from a sigmoid, any shape;
     * labels: float, same shape. Computed from the sigmoid's logits.
     */
    static Loss binaryCrossEntropy() {
        return new ElementwiseLoss(Loss::sigmoidCrossEntropy);
    }

    /**
     * {@code -y log p - (1-y) log(1-p)} of every element, for losses made of tensors.
     *
     * @param output probabilities from a sigmoid, any shape
     * @param label float, same shape
     * @return the same shape
     */
    static Tensor binaryCrossEntropies(Tensor output, Tensor label) {
        return Tensor.of(output.graph(), sigmoidCrossEntropy(output, label), output.shape());
    }

    /**
     * The mean of {@code -log p[class]}. Output: probabilities from a softmax, [… , classes]; labels: class numbers from
     * 0, int32 [… ], where one below 0 marks a position that does not count. Computed from the softmax's logits.
     */
    static Loss sparseCategoricalCrossEntropy() {
        return new Loss() {
            @Override
            public Tensor label(String name, Tensor output) {
                long[] shape = output.shape().toArray();
                return output.graph().ints(name, Arrays.copyOf(shape, shape.length - 1));
            }

            @Override
            public LossTerm term(Tensor output, Tensor label) {
                Tensor logits = logits(output, Squashing.SOFTMAX);
                Tensor counts =
                        Tensor.of(output.graph(), label.variable().gte(0).castTo(DataType.FLOAT), label.shape());
                return LossTerm.maskedMean(
                        Tensor.of(
                                output.graph(),
                                new SoftmaxCrossEntropyOp(logits.variable(), label.variable()).output(),
                                label.shape()),
                        counts);
            }
        };
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

    private static SDVariable sigmoidCrossEntropy(Tensor output, Tensor label) {
        return new SigmoidCrossEntropyOp(logits(output, Squashing.SIGMOID).variable(), label.variable()).output();
    }

    private static Tensor logits(Tensor output, Squashing function) {
        return output.logits(function)
                .orElseThrow(() -> new IllegalArgumentException(
                        "This loss needs probabilities made by a layer with activation %s, but was given %s: use dense(n, %s)"
                                .formatted(function, output, function)));
    }
}
