package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import java.util.List;

/** The mean of two or more tensors, element by element; axes of size 1 are repeated to fit the others. */
public final class Average extends Layer {

    public Average() {
        super("average");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Tensor sum = Add.sum(inputs);
        return Tensor.of(graph(), sum.variable().div(inputs.size()), sum.shape());
    }
}
