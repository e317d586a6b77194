package io.github.bert4j.layers;

import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.ops.GeluOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** What a {@link Dense} layer does to its product. */
public enum Activation {
    LINEAR,
    RELU,
    TANH,
    /** Probabilities of independent events; losses work on the logits. */
    SIGMOID,
    /** Probabilities of exclusive classes over the last axis; losses work on the logits. */
    SOFTMAX,
    /** {@link Gelu#ERF}. */
    GELU,
    /** {@link Gelu#TANH}. */
    GELU_TANH;

    /** The activation that computes the given variant of GELU. */
    public static Activation of(Gelu gelu) {
        return switch (gelu) {
            case ERF -> GELU;
            case TANH -> GELU_TANH;
        };
    }

    Tensor apply(Tensor x) {
        SameDiff graph = x.graph().sameDiff();
        SDVariable variable = x.variable();
        return switch (this) {
            case LINEAR -> x;
            case RELU -> elementwise(x, graph.nn().relu(variable, 0));
            case TANH -> elementwise(x, graph.math().tanh(variable));
            case SIGMOID -> Tensor.squashed(graph.nn().sigmoid(variable), Squashing.SIGMOID, x);
            case SOFTMAX -> Tensor.squashed(graph.nn().softmax(variable, -1), Squashing.SOFTMAX, x);
            case GELU -> elementwise(x, new GeluOp(Gelu.ERF, variable).output());
            case GELU_TANH -> elementwise(x, new GeluOp(Gelu.TANH, variable).output());
        };
    }

    private static Tensor elementwise(Tensor x, SDVariable result) {
        return Tensor.of(x.graph(), result, x.shape());
    }
}
