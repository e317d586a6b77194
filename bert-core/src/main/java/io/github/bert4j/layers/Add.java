package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** The sum of two or more tensors; axes of size 1 are repeated to fit the others. */
public final class Add extends Layer {

    public Add() {
        super("add");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        return sum(inputs);
    }

    static Tensor sum(List<Tensor> inputs) {
        SDVariable sum = inputs.get(0).variable();
        Shape shape = inputs.get(0).shape();
        for (Tensor input : inputs.subList(1, inputs.size())) {
            shape = Shape.broadcast(shape, input.shape());
            sum = sum.add(input.variable());
        }
        return Tensor.of(inputs.get(0).graph(), sum, shape);
    }
}
