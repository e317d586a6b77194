package io.github.bert4j.graph;

import io.github.bert4j.ops.GatherOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A symbolic array: the output of a layer, or an input of the graph.
 *
 * <pre>{@code
 * var gap = a.minus(b).abs().concat(-1, a.times(b)); // [batch, 2 · width]
 * }</pre>
 */
public final class Tensor extends Algebra {
    private final Graph graph;
    private final SDVariable variable;
    private final Shape shape;
    private final Tensor logits;
    private final Squashing squashing;
    private final IntFunction<SDVariable> vectors;
    private final List<Limit> limits = new ArrayList<>();
    private int padding;
    private Node producer;

    /** The functions that losses undo to work on logits, where float32 probabilities have long become 0 or 1. */
    public enum Squashing {
        SIGMOID,
        SOFTMAX
    }

    /** What the elements of a tensor are. */
    public enum Type {
        FLOAT32,
        INT32
    }

    private Tensor(
            Graph graph,
            SDVariable variable,
            Shape shape,
            Squashing squashing,
            Tensor logits,
            IntFunction<SDVariable> vectors) {
        this.graph = graph;
        this.variable = variable;
        this.shape = shape;
        this.squashing = squashing;
        this.logits = logits;
        this.vectors = vectors;
    }

    /** A handle on a variable of the graph's SameDiff, for code that adds operations of its own. */
    public static Tensor of(Graph graph, SDVariable variable, Shape shape) {
        return new Tensor(graph, variable, shape, null, null, null);
    }

    /**
     * A sequence of vectors, [batch, length, width], whose layer makes one of them with less work than all.
     *
     * @param vectors adds the operations for one position, [batch, width], to the graph; called once per position
     */
    public static Tensor sequence(Graph graph, SDVariable variable, Shape shape, IntFunction<SDVariable> vectors) {
        Map<Integer, SDVariable> made = new HashMap<>();
        return new Tensor(
                graph, variable, shape, null, null, position -> made.computeIfAbsent(position, vectors::apply));
    }

    /** A probability together with the logits it was made from. */
    public static Tensor squashed(SDVariable variable, Squashing squashing, Tensor logits) {
        return new Tensor(logits.graph, variable, logits.shape, squashing, logits, null);
    }

    public Graph graph() {
        return graph;
    }

    /** The variable in the graph's SameDiff. */
    public SDVariable variable() {
        return variable;
    }

    public String name() {
        return variable.name();
    }

    public Shape shape() {
        return shape;
    }

    /** What this tensor is the given function of, if a layer's activation made it so. */
    public Optional<Tensor> logits(Squashing function) {
        return squashing == function ? Optional.of(logits) : Optional.empty();
    }

    /** The call of a layer that made this tensor; empty for one that operations outside of layers made. */
    public Optional<Node> producer() {
        return Optional.ofNullable(producer);
    }

    /**
     * The vector at one position of a sequence: {@code x.at(0)} is that of [CLS]. [batch, length, width] → [batch, width].
     *
     * <p>A model that reads nothing else of an encoder layer's output computes that layer for this position only.
     *
     * @param position from 0; the same in every sample, so the end of a padded sequence cannot be asked for
     * @throws IllegalArgumentException if this is not a sequence of vectors, or the position is negative
     */
    public Tensor at(int position) {
        return new At(position).apply(this);
    }

    /** Refuses samples with other numbers or lengths, if this is an input that they are given to. */
    public void limit(Limit limit) {
        if (!limits.contains(limit)) {
            limits.add(limit);
        }
    }

    /** Those that layers and losses have set which read this. */
    public List<Limit> limits() {
        return Collections.unmodifiableList(limits);
    }

    /**
     * Says what stands behind the shorter samples of a batch; a model that is applied to token ids does so, and layers over
     * padded sequences, which are told the ids, go by it.
     *
     * @param id instead of 0
     */
    public void pad(int id) {
        padding = id;
    }

    /** What stands behind the shorter samples of a batch. */
    public int padding() {
        return padding;
    }

    @Override
    Tensor self() {
        return this;
    }

    private SDVariable vectorAt(int position) {
        return vectors == null ? new GatherOp(variable, position).output() : vectors.apply(position);
    }

    void producedBy(Node node) {
        this.producer = node;
    }

    @Override
    public String toString() {
        return name() + " " + shape;
    }

    private static final class At extends Layer {
        private final int position;

        At(int position) {
            super("position");
            if (position < 0) {
                throw new IllegalArgumentException(
                        "Position %d of a sequence: expected 0 or more; gather() takes positions that differ by sample"
                                .formatted(position));
            }
            this.position = position;
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            Shape sequence = inputs.get(0).shape();
            requireRank(inputs.get(0), 3, "[batch, length, width]");
            return of(graph(), inputs.get(0).vectorAt(position), Shape.of(sequence.size(0), sequence.size(2)));
        }
    }
}
