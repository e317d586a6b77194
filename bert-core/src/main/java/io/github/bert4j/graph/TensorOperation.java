package io.github.bert4j.graph;

import java.util.List;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;

/** One operation of a tensor's algebra, as a layer without weights. */
final class TensorOperation extends Layer {
    private final Function<List<Tensor>, Shape> shape;
    private final Function<List<SDVariable>, SDVariable> expression;

    private TensorOperation(
            String kind, Function<List<Tensor>, Shape> shape, Function<List<SDVariable>, SDVariable> expression) {
        super(kind);
        this.shape = shape;
        this.expression = expression;
    }

    /** Of two tensors, element by element. */
    static Tensor of(String kind, Tensor a, Tensor b, Expression expression) {
        return new TensorOperation(
                        kind,
                        inputs -> Shape.broadcast(
                                inputs.get(0).shape(), inputs.get(1).shape()),
                        arguments -> expression.of(arguments.get(0), arguments.get(1)))
                .apply(a, b);
    }

    /** Of one tensor, to one of the same shape. */
    static Tensor of(String kind, Tensor x, Function<SDVariable, SDVariable> expression) {
        return of(kind, x, x.shape(), expression);
    }

    /** Of one tensor, to one of another shape. */
    static Tensor of(String kind, Tensor x, Shape shape, Function<SDVariable, SDVariable> expression) {
        return new TensorOperation(kind, inputs -> shape, arguments -> expression.apply(arguments.get(0))).apply(x);
    }

    /** Of any number of tensors. */
    static Tensor of(String kind, List<Tensor> inputs, Shape shape, Function<List<SDVariable>, SDVariable> expression) {
        return new TensorOperation(kind, given -> shape, expression).apply(inputs.toArray(Tensor[]::new));
    }

    /** Of two variables. */
    @FunctionalInterface
    interface Expression {
        SDVariable of(SDVariable a, SDVariable b);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Shape result = shape.apply(inputs);
        return Tensor.of(
                graph(), expression.apply(inputs.stream().map(Tensor::variable).toList()), result);
    }
}
