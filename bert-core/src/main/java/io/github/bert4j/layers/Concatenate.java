package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import java.util.List;

/**
 * Tensors one after the other along an axis, the last one unless another is chosen; all other sizes are equal.
 *
 * <pre>{@code
 * var x = concatenate().apply(u, v); // [batch, width of u + width of v]
 * }</pre>
 */
public final class Concatenate extends Layer {
    private final int axis;

    public Concatenate() {
        this(-1);
    }

    /** @param axis negative ones count from the end */
    public Concatenate(int axis) {
        super("concatenate");
        this.axis = axis;
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        return inputs.get(0).concat(axis, inputs.subList(1, inputs.size()).toArray(Tensor[]::new));
    }
}
