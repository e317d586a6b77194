package io.github.bert4j.train;

import io.github.bert4j.graph.Limit;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.ops.CategoricalCrossEntropyOp;
import io.github.bert4j.ops.EmbeddingOp;
import io.github.bert4j.ops.SigmoidCrossEntropyOp;
import io.github.bert4j.ops.SoftmaxCrossEntropyOp;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean cross-entropy of probabilities and labels, computed from the logits behind the probabilities.
 *
 * <pre>{@code
 * Loss.sparseCategoricalCrossEntropy().withLabelSmoothing(0.1).withClassWeights(1, 1, 5)
 * }</pre>
 *
 * @param labels what labels look like
 * @param labelSmoothing in [0, 1], the share of each label that is spread evenly over all classes; 0 for none
 * @param classWeights by class, empty for 1 throughout; two, for 0 and 1, where labels are {@link Labels#BINARY}
 * @param focalGamma what the probability of being wrong is raised to, which losses are multiplied by; 0 for none
 */
public record CrossEntropy(Labels labels, double labelSmoothing, List<Double> classWeights, double focalGamma)
        implements Loss {

    /** What labels look like. */
    public enum Labels {
        /** Float, a probability for each element of a sigmoid's output. */
        BINARY,
        /** Float, a probability for each class of a softmax's output [… , classes]. */
        CATEGORICAL,
        /** A class number from 0, int32 [… ], for a softmax's output [… , classes]; one below 0 does not count. */
        SPARSE
    }

    /** @throws IllegalArgumentException if the smoothing is not in [0, 1], or a weight is negative or not a number */
    public CrossEntropy {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException("Label smoothing " + labelSmoothing + ": expected 0 to 1, such as 0.1");
        }
        if (!(focalGamma == 0 || focalGamma >= 1 && focalGamma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Focal gamma " + focalGamma + ": expected 1 or more, such as 2, or 0");
        }
        classWeights = List.copyOf(classWeights);
        if (!classWeights.stream().allMatch(weight -> weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Class weights " + classWeights + ": expected numbers of 0 or more");
        }
    }

    CrossEntropy(Labels labels) {
        this(labels, 0, List.of(), 0);
    }

    /**
     * The same for labels {@code y (1 - smoothing) + smoothing / classes}, where a binary label has two classes.
     *
     * <p>Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", section 7; Keras'
     * {@code label_smoothing}.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public CrossEntropy withLabelSmoothing(double smoothing) {
        return new CrossEntropy(labels, smoothing, classWeights, focalGamma);
    }

    /**
     * The same with each loss multiplied by the weight of its label's class: of the rounded label if that is binary, of the
     * most probable class if it is categorical. The sum is still divided by the number of labels, not by the sum of weights,
     * as with Keras' {@code class_weight}. Unlike there, {@code evaluate} measures the weighted loss too.
     *
     * @throws IllegalArgumentException if a weight is negative or not a number
     */
    public CrossEntropy withClassWeights(double... weights) {
        return new CrossEntropy(
                labels, labelSmoothing, Arrays.stream(weights).boxed().toList(), focalGamma);
    }

    /**
     * The same with each loss multiplied by {@code (1 - p)^gamma}, where p is the probability of what is right: what the model
     * is sure of counts less. Classes are balanced by {@link #withClassWeights}; the paper's alpha of 0.25 for what is true is
     * {@code withClassWeights(0.75, 0.25)}.
     *
     * <p>Source: Lin et al., "Focal Loss for Dense Object Detection", section 3; Keras' {@code BinaryFocalCrossentropy}.
     *
     * @param gamma 2 in the paper
     * @throws IllegalArgumentException if it is below 1 and not 0
     */
    public CrossEntropy withFocalGamma(double gamma) {
        return new CrossEntropy(labels, labelSmoothing, classWeights, gamma);
    }

    @Override
    public Tensor label(String name, Tensor output) {
        return labels == Labels.SPARSE
                ? output.graph().ints(name, withoutClasses(output).toArray())
                : output.graph().floats(name, output.shape().toArray());
    }

    /** @throws IllegalArgumentException if the output has other classes than there are weights, or no logits */
    @Override
    public LossTerm term(Tensor output, Tensor label) {
        return mean(losses(output, label), label);
    }

    @Override
    public Optional<LossTerm> weightedTerm(Tensor output, Tensor label, Tensor weights) {
        return Optional.of(mean(LossTerm.weighted(losses(output, label), weights), label));
    }

    private LossTerm mean(Tensor losses, Tensor label) {
        return switch (labels) {
            case BINARY -> LossTerm.mean(losses, label);
            case CATEGORICAL ->
                LossTerm.mean(losses, Tensor.of(label.graph(), mostProbable(label.variable()), losses.shape()));
            case SPARSE -> {
                SDVariable counts = label.variable().gte(0).castTo(DataType.FLOAT);
                yield LossTerm.maskedMean(losses, Tensor.of(label.graph(), counts, label.shape()));
            }
        };
    }

    /** The losses of all elements of a binary label, else of all positions. */
    Tensor losses(Tensor output, Tensor label) {
        SDVariable y = label.variable();
        long classes = output.shape().size(-1);
        if (labels != Labels.SPARSE) {
            label.limit(new Limit.Numbers(0, 1, "probabilities"));
        } else if (classes != Shape.UNKNOWN) {
            label.limit(new Limit.Numbers(
                    Double.NEGATIVE_INFINITY, classes - 1, "the model's %d classes".formatted(classes)));
        }
        return switch (labels) {
            case BINARY -> {
                SDVariable losses =
                        new SigmoidCrossEntropyOp(logits(output, Squashing.SIGMOID), smoothed(y, 2)).output();
                SDVariable p = output.variable();
                SDVariable wrong = y.add(p).sub(y.mul(p).mul(2)); // y (1 - p) + (1 - y) p
                yield Tensor.of(output.graph(), weighted(focused(losses, wrong), y.gte(0.5), 2), output.shape());
            }
            case CATEGORICAL -> {
                SDVariable losses =
                        new CategoricalCrossEntropyOp(logits(output, Squashing.SOFTMAX), smoothed(y, classes)).output();
                SDVariable weighted = weighted(
                        focused(losses, y.rsub(1).mul(output.variable()).sum(-1)), mostProbable(y), classes);
                yield Tensor.of(output.graph(), weighted, withoutClasses(output));
            }
            case SPARSE -> {
                SDVariable losses =
                        new SoftmaxCrossEntropyOp(logits(output, Squashing.SOFTMAX), y, labelSmoothing).output();
                // A class below 0 has a loss of 0, whatever it is multiplied by.
                SDVariable known = y.mul(y.gte(0).castTo(DataType.INT32));
                yield Tensor.of(
                        output.graph(),
                        weighted(focused(losses, exponential(losses.neg()).rsub(1)), known, classes),
                        label.shape());
            }
        };
    }

    private SDVariable smoothed(SDVariable y, long classes) {
        return labelSmoothing == 0 ? y : y.mul(1 - labelSmoothing).add(labelSmoothing / classes);
    }

    /** @param wrong the probability of what is not right */
    private SDVariable focused(SDVariable losses, SDVariable wrong) {
        return focalGamma == 0 ? losses : losses.mul(wrong.getSameDiff().math().pow(wrong, focalGamma));
    }

    private static SDVariable exponential(SDVariable x) {
        return x.getSameDiff().math().exp(x);
    }

    private SDVariable weighted(SDVariable losses, SDVariable classOf, long classes) {
        if (classWeights.isEmpty()) {
            return losses;
        }
        if (classWeights.size() != classes) {
            throw new IllegalArgumentException("%d class weights %s for labels of %d classes: expected one for each"
                    .formatted(classWeights.size(), classWeights, classes));
        }
        SameDiff graph = losses.getSameDiff();
        SDVariable weights = graph.constant(Nd4j.create(
                classWeights.stream().mapToDouble(Double::doubleValue).toArray(),
                new long[] {classes, 1},
                DataType.FLOAT));
        // SameDiff's own gather damages native memory where indices are a matrix.
        SDVariable factors = new EmbeddingOp(classOf.castTo(DataType.INT32), weights).output();
        return losses.mul(graph.squeeze(factors, -1));
    }

    private static SDVariable mostProbable(SDVariable y) {
        return y.getSameDiff().argmax(y, -1);
    }

    private static Shape withoutClasses(Tensor output) {
        List<Long> sizes = output.shape().sizes();
        return new Shape(sizes.subList(0, sizes.size() - 1));
    }

    private static SDVariable logits(Tensor output, Squashing function) {
        return output.logits(function)
                .orElseThrow(() -> new IllegalArgumentException(
                        "This loss needs probabilities made by a layer with activation %s, but was given %s: use dense(n, %s)"
                                .formatted(function, output, function)))
                .variable();
    }
}
