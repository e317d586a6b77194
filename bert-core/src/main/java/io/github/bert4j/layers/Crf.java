package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Limit;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.ops.CrfOp;
import io.github.bert4j.ops.LinearChain;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A linear-chain conditional random field on top of scores by tag: negative log-likelihoods of tag sequences to learn from,
 * and the most probable sequence.
 *
 * <p>Emissions [batch, length, tags], tags int32 [batch, length] and mask [batch, length] → [batch]; where the mask is 0, a
 * position is left out. Weights, 0 to start with: transitions [tags, tags] from the row's tag to the column's, starts [tags]
 * and ends [tags].
 *
 * <p>Source: Lafferty, McCallum and Pereira, "Conditional Random Fields: Probabilistic Models for Segmenting and Labeling
 * Sequence Data".
 */
public final class Crf extends Layer {
    private final float boost;
    private Weight transitions;
    private Weight starts;
    private Weight ends;
    private Scores scores;

    /**
     * What a sequence of tags is worth besides its emissions, as {@link #decode} reckons; {@code boost} is in it.
     *
     * @param transitions from the row's tag to the column's, [tags, tags]
     * @param starts of the first tag, [tags]
     * @param ends of the last tag, [tags]
     */
    public record Scores(Tensor transitions, Tensor starts, Tensor ends) {}

    /** A field that learns at the rate of all other layers. */
    public Crf() {
        this(1);
    }

    /**
     * A field whose scores are its weights times {@code boost}, so that Adam, whose steps are of one size whatever the
     * gradient, changes them so many times faster: BERT's rates are far too small for weights that start from nothing.
     *
     * <p>Source: Su Jianlin, "Your CRF layer's learning rate may not be large enough" (2020).
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Crf(double boost) {
        super("crf");
        if (!(boost > 0)) {
            throw new IllegalArgumentException("Crf with boost " + boost + ": expected a positive number");
        }
        this.boost = (float) boost;
    }

    /**
     * The scores as tensors, for models that are used elsewhere.
     *
     * @throws IllegalStateException if the layer was applied to nothing yet
     */
    public Scores scores() {
        if (scores == null) {
            throw new IllegalStateException("A Crf has no scores before it is applied to emissions, tags and a mask");
        }
        return scores;
    }

    /**
     * The most probable tags of one sequence, by Viterbi's algorithm, with the weights as they are now.
     *
     * @param emissions [length, tags], row-major
     * @return [length]
     * @throws IllegalStateException if the layer was applied to nothing yet
     */
    public int[] decode(float[] emissions) {
        if (transitions == null) {
            throw new IllegalStateException("A Crf has no weights before it is applied to emissions, tags and a mask");
        }
        var values = new LinearChain.Scores(boosted(transitions), boosted(starts), boosted(ends));
        int tags = values.starts().length;
        if (emissions.length % tags != 0) {
            throw new IllegalArgumentException(
                    "%d emissions: expected %d for each position".formatted(emissions.length, tags));
        }
        int[] positions = IntStream.range(0, emissions.length / tags).toArray();
        return new LinearChain(emissions, positions, values).bestPath();
    }

    @Override
    protected void build(List<Tensor> inputs) {
        requireRank(inputs.get(0), 3, "emissions [batch, length, tags]");
        long tags = inputs.get(0).shape().size(2);
        if (tags == Shape.UNKNOWN) {
            throw new IllegalArgumentException(
                    "Crf was applied to %s: the number of tags must be known".formatted(inputs.get(0)));
        }
        transitions = weight("transitions", Shape.of(tags, tags), Initializer.zeros(), Role.BIAS);
        starts = weight("starts", Shape.of(tags), Initializer.zeros(), Role.BIAS);
        ends = weight("ends", Shape.of(tags), Initializer.zeros(), Role.BIAS);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 3);
        requireRank(inputs.get(1), 2, "tags [batch, length]");
        requireRank(inputs.get(2), 2, "mask [batch, length]");
        // Tags below 0 may stand where the mask is 0; the op sees both.
        inputs.get(1)
                .limit(new Limit.Numbers(
                        Double.NEGATIVE_INFINITY, inputs.get(0).shape().size(2) - 1, "the number of tags"));
        scores = new Scores(boostedTensor(transitions), boostedTensor(starts), boostedTensor(ends));
        SDVariable losses = new CrfOp(
                        inputs.get(0).variable(),
                        inputs.get(1).variable(),
                        inputs.get(2).variable(),
                        scores.transitions().variable(),
                        scores.starts().variable(),
                        scores.ends().variable())
                .output();
        return Tensor.of(graph(), losses, Shape.of(inputs.get(0).shape().size(0)));
    }

    private Tensor boostedTensor(Weight weight) {
        return Tensor.of(graph(), weight.variable().mul(boost), weight.shape());
    }

    private float[] boosted(Weight weight) {
        float[] values = weight.values();
        for (int i = 0; i < values.length; i++) {
            values[i] *= boost;
        }
        return values;
    }
}
