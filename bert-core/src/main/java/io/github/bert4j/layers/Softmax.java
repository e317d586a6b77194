package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import java.util.List;

/**
 * Probabilities over the last axis from logits that several layers made; losses work on the logits. Where one dense
 * layer makes them, {@code dense(n, SOFTMAX)} does both.
 */
public final class Softmax extends Layer {

    public Softmax() {
        super("softmax");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 1);
        return Activation.SOFTMAX.apply(inputs.get(0));
    }
}
