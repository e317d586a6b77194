package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import java.util.List;

/**
 * A recurrent layer that goes through sequences in both directions: [batch, length, width] and tokens [batch, length] →
 * [batch, 2 · units], or [batch, length, 2 · units], forwards first. Weights: those of the layer, under {@code name.forward} and
 * {@code name.backward}.
 *
 * <pre>{@code
 * var x = bidirectional(gru(64).withSequences()).apply(bert.apply(tokens), tokens); // [batch, length, 128]
 * }</pre>
 *
 * <p>Source: Schuster and Paliwal, "Bidirectional Recurrent Neural Networks"; Keras' {@code Bidirectional}.
 */
public final class Bidirectional extends Layer {
    private final Recurrent layer;
    private Recurrent forwards;
    private Recurrent backwards;

    /** @param layer whose settings both directions have; it is not applied itself */
    public Bidirectional(Recurrent layer) {
        super("bidirectional");
        this.layer = layer;
    }

    @Override
    protected void build(List<Tensor> inputs) {
        forwards = layer.with(layer.sequences, false);
        backwards = layer.with(layer.sequences, true);
        forwards.named(name() + ".forward");
        backwards.named(name() + ".backward");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Tensor[] arguments = inputs.toArray(Tensor[]::new);
        Tensor both = forwards.apply(arguments).concat(-1, backwards.apply(arguments));
        if (weights().isEmpty()) {
            forwards.weights().forEach(this::adopt);
            backwards.weights().forEach(this::adopt);
        }
        return both;
    }
}
