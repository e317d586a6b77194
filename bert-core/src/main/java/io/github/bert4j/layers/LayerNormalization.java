package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.ops.LayerNormOp;
import java.util.List;

/**
 * Shifts and scales the last axis to mean 0 and deviation 1, then by the learned gamma and beta; any shape, unchanged.
 * Weights: gamma [width], beta [width].
 */
public final class LayerNormalization extends Layer {
    /** BERT's epsilon, which Google's code leaves at TensorFlow's default. */
    public static final float EPSILON = 1e-12f;

    private Weight gamma;
    private Weight beta;

    public LayerNormalization() {
        super("layer_normalization");
    }

    @Override
    protected void build(List<Tensor> inputs) {
        if (inputs.get(0).shape().size(-1) == Shape.UNKNOWN) {
            throw new IllegalArgumentException(
                    "LayerNormalization was applied to %s: the size of the last axis must be known"
                            .formatted(inputs.get(0)));
        }
        Shape width = Shape.of(inputs.get(0).shape().size(-1));
        gamma = weight("gamma", width, Initializer.ones(), Role.NORM);
        beta = weight("beta", width, Initializer.zeros(), Role.NORM);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 1);
        Tensor x = inputs.get(0);
        return Tensor.of(
                graph(), new LayerNormOp(EPSILON, x.variable(), gamma.variable(), beta.variable()).output(), x.shape());
    }
}
