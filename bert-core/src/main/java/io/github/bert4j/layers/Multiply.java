package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import java.util.List;

/**
 * The product of two or more tensors, element by element; axes of size 1 are repeated to fit the others.
 *
 * <pre>{@code
 * var x = multiply().apply(u, v); // [batch, width]
 * }</pre>
 */
public final class Multiply extends Layer {

    public Multiply() {
        super("multiply");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        return inputs.subList(1, inputs.size()).stream().reduce(inputs.get(0), Tensor::times);
    }
}
