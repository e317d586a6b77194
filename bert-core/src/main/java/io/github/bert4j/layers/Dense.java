package io.github.bert4j.layers;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.ops.DenseOp;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** {@code activation(x · kernel + bias)} over the last axis: [… , in] → [… , units]. Weights: kernel [in, units], bias [units]. */
public final class Dense extends Layer {
    private final int units;
    private final Activation activation;
    private final Bias bias;
    private Weight kernelWeight;
    private Weight biasWeight;

    /** Whether a layer adds a bias. */
    public enum Bias {
        YES,
        NO
    }

    /** A layer with a Glorot-uniform kernel and a zero bias to start with. */
    public Dense(int units, Activation activation, Bias bias) {
        super("dense");
        if (units < 1) {
            throw new IllegalArgumentException("Dense has " + units + " units: expected at least 1");
        }
        this.units = units;
        this.activation = activation;
        this.bias = bias;
    }

    /** A layer of the same units and activation that adds no bias. */
    public Dense withoutBias() {
        return new Dense(units, activation, Bias.NO);
    }

    /** A layer on weights of a graph that already exist, such as a checkpoint's. */
    public Dense(Graph graph, String name, Activation activation, Weight kernel, Weight bias) {
        super("dense");
        this.units = Math.toIntExact(kernel.shape().size(1));
        this.activation = activation;
        this.bias = Bias.YES;
        attach(graph, name);
        this.kernelWeight = adopt(kernel);
        this.biasWeight = adopt(bias);
    }

    @Override
    protected void build(List<Tensor> inputs) {
        long in = inputs.get(0).shape().size(-1);
        if (in == Shape.UNKNOWN) {
            throw new IllegalArgumentException(
                    "Dense was applied to %s: the size of the last axis must be known".formatted(inputs.get(0)));
        }
        kernelWeight = weight("kernel", Shape.of(in, units), Initializer.glorotUniform());
        if (bias == Bias.YES) {
            biasWeight = weight("bias", Shape.of(units), Initializer.zeros(), Role.BIAS);
        }
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 1);
        Tensor x = inputs.get(0);
        if (x.shape().size(-1) != kernelWeight.shape().size(0)) {
            throw new IllegalArgumentException("Layer %s multiplies vectors of %d numbers, but was given %s"
                    .formatted(name(), kernelWeight.shape().size(0), x));
        }
        SDVariable product = biasWeight == null
                ? new DenseOp(x.variable(), kernelWeight.variable()).output()
                : new DenseOp(x.variable(), kernelWeight.variable(), biasWeight.variable()).output();
        return activation.apply(Tensor.of(graph(), product, x.shape().withLast(units)));
    }
}
