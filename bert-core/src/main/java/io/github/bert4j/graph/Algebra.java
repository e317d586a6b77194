package io.github.bert4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDMath;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What can be computed from tensors without a layer. Each operation is differentiable where its result is made of floats, and
 * is a row of {@code summary()}; negative axes count from the end.
 */
abstract sealed class Algebra permits Tensor {
    /** Keeps the cosine of a vector of zeros finite. */
    private static final double LEAST_SQUARE = 1e-24;

    abstract Tensor self();

    /** Sums, element by element; axes of size 1 are repeated. */
    public final Tensor plus(Tensor other) {
        return TensorOperation.of("plus", self(), other, (a, b) -> a.add(b));
    }

    /** Sums, element by element. */
    public final Tensor plus(double number) {
        return TensorOperation.of("plus", self(), a -> a.add(number));
    }

    /** Differences, element by element; axes of size 1 are repeated. */
    public final Tensor minus(Tensor other) {
        return TensorOperation.of("minus", self(), other, (a, b) -> a.sub(b));
    }

    /** Differences, element by element. */
    public final Tensor minus(double number) {
        return TensorOperation.of("minus", self(), a -> a.sub(number));
    }

    /** Products, element by element; axes of size 1 are repeated. */
    public final Tensor times(Tensor other) {
        return TensorOperation.of("times", self(), other, (a, b) -> a.mul(b));
    }

    /** Products, element by element. */
    public final Tensor times(double number) {
        return TensorOperation.of("times", self(), a -> a.mul(number));
    }

    /** Quotients, element by element; axes of size 1 are repeated. */
    public final Tensor divide(Tensor other) {
        return TensorOperation.of("divide", self(), other, (a, b) -> a.div(b));
    }

    /** Quotients, element by element. */
    public final Tensor divide(double number) {
        return TensorOperation.of("divide", self(), a -> a.div(number));
    }

    /** 1 where an element is larger, else 0: float32; axes of size 1 are repeated. */
    public final Tensor greaterThan(Tensor other) {
        return TensorOperation.of(
                "greaterThan", self(), other, (a, b) -> a.gt(b).castTo(DataType.FLOAT));
    }

    /** 1 where an element is larger, else 0: float32. */
    public final Tensor greaterThan(double number) {
        return TensorOperation.of("greaterThan", self(), a -> a.gt(number).castTo(DataType.FLOAT));
    }

    /** 1 where an element is larger or equal, else 0: float32; axes of size 1 are repeated. */
    public final Tensor greaterOrEqual(Tensor other) {
        return TensorOperation.of(
                "greaterOrEqual", self(), other, (a, b) -> a.gte(b).castTo(DataType.FLOAT));
    }

    /** 1 where an element is larger or equal, else 0: float32. */
    public final Tensor greaterOrEqual(double number) {
        return TensorOperation.of("greaterOrEqual", self(), a -> a.gte(number).castTo(DataType.FLOAT));
    }

    /** 1 where an element is smaller, else 0: float32; axes of size 1 are repeated. */
    public final Tensor lessThan(Tensor other) {
        return TensorOperation.of("lessThan", self(), other, (a, b) -> a.lt(b).castTo(DataType.FLOAT));
    }

    /** 1 where an element is smaller, else 0: float32. */
    public final Tensor lessThan(double number) {
        return TensorOperation.of("lessThan", self(), a -> a.lt(number).castTo(DataType.FLOAT));
    }

    /** 1 where an element is smaller or equal, else 0: float32; axes of size 1 are repeated. */
    public final Tensor lessOrEqual(Tensor other) {
        return TensorOperation.of(
                "lessOrEqual", self(), other, (a, b) -> a.lte(b).castTo(DataType.FLOAT));
    }

    /** 1 where an element is smaller or equal, else 0: float32. */
    public final Tensor lessOrEqual(double number) {
        return TensorOperation.of("lessOrEqual", self(), a -> a.lte(number).castTo(DataType.FLOAT));
    }

    /** 1 where elements are equal, else 0: float32; axes of size 1 are repeated. */
    public final Tensor equalTo(Tensor other) {
        return TensorOperation.of("equalTo", self(), other, (a, b) -> a.eq(b).castTo(DataType.FLOAT));
    }

    /** 1 where elements are equal, else 0: float32. */
    public final Tensor equalTo(double number) {
        return TensorOperation.of("equalTo", self(), a -> a.eq(number).castTo(DataType.FLOAT));
    }

    /** 1 where elements differ, else 0: float32; axes of size 1 are repeated. */
    public final Tensor notEqualTo(Tensor other) {
        return TensorOperation.of(
                "notEqualTo", self(), other, (a, b) -> a.neq(b).castTo(DataType.FLOAT));
    }

    /** 1 where elements differ, else 0: float32. */
    public final Tensor notEqualTo(double number) {
        return TensorOperation.of("notEqualTo", self(), a -> a.neq(number).castTo(DataType.FLOAT));
    }

    /** The elements with the other sign; any shape, unchanged. */
    public final Tensor negate() {
        return TensorOperation.of("negate", self(), x -> x.neg());
    }

    /** Squares; any shape, unchanged. */
    public final Tensor square() {
        return TensorOperation.of("square", self(), x -> math(x).square(x));
    }

    /** Roots; any shape, unchanged. */
    public final Tensor sqrt() {
        return TensorOperation.of("sqrt", self(), x -> math(x).sqrt(x));
    }

    /** Elements without their sign; any shape, unchanged. */
    public final Tensor abs() {
        return TensorOperation.of("abs", self(), x -> math(x).abs(x));
    }

    /** Powers of e; any shape, unchanged. */
    public final Tensor exp() {
        return TensorOperation.of("exp", self(), x -> math(x).exp(x));
    }

    /** Natural logarithms; any shape, unchanged. */
    public final Tensor log() {
        return TensorOperation.of("log", self(), x -> math(x).log(x));
    }

    /** Hyperbolic tangents; any shape, unchanged. */
    public final Tensor tanh() {
        return TensorOperation.of("tanh", self(), x -> math(x).tanh(x));
    }

    /** Elements above 0, and 0 for others; any shape, unchanged. */
    public final Tensor relu() {
        return TensorOperation.of("relu", self(), x -> x.getSameDiff().nn().relu(x, 0));
    }

    /** Elements to a power; any shape, unchanged. */
    public final Tensor pow(double exponent) {
        return TensorOperation.of("pow", self(), x -> math(x).pow(x, exponent));
    }

    /** Probabilities of independent events, from logits; losses work on the logits. */
    public final Tensor sigmoid() {
        return squashed(Tensor.Squashing.SIGMOID);
    }

    /** Probabilities over the last axis, from logits; losses work on the logits. */
    public final Tensor softmax() {
        return squashed(Tensor.Squashing.SOFTMAX);
    }

    /** The same numbers as another type; a float loses what is behind its point. */
    public final Tensor cast(Tensor.Type type) {
        return TensorOperation.of(
                "cast", self(), x -> x.castTo(type == Tensor.Type.FLOAT32 ? DataType.FLOAT : DataType.INT32));
    }

    /** The sum of all elements, a scalar. */
    public final Tensor sum() {
        return TensorOperation.of("sum", self(), Shape.of(), SDVariable::sum);
    }

    /** The mean of all elements, a scalar. */
    public final Tensor mean() {
        return TensorOperation.of("mean", self(), Shape.of(), SDVariable::mean);
    }

    /** Sums over an axis, which goes. */
    public final Tensor sum(int axis) {
        int own = own(axis);
        return TensorOperation.of("sum", self(), without(own), x -> x.sum(own));
    }

    /** Means over an axis, which goes. Of texts they count padding in: {@code averagePooling()} does not. */
    public final Tensor mean(int axis) {
        int own = own(axis);
        return TensorOperation.of("mean", self(), without(own), x -> x.mean(own));
    }

    /** The largest elements over an axis, which goes. Of texts they count padding in: {@code maxPooling()} does not. */
    public final Tensor max(int axis) {
        int own = own(axis);
        return TensorOperation.of("max", self(), without(own), x -> x.max(own));
    }

    /** The sum of the elements up to each along an axis; any shape, unchanged. */
    public final Tensor cumulativeSum(int axis) {
        int own = own(axis);
        return TensorOperation.of("cumulative_sum", self(), x -> x.getSameDiff().cumsum(x, false, false, own));
    }

    /** The same elements without an axis of size 1. */
    public final Tensor squeeze(int axis) {
        int own = own(axis);
        long size = self().shape().size(own);
        if (size != 1 && size != Shape.UNKNOWN) {
            throw new IllegalArgumentException("squeeze(%d) of %s: expected an axis of size 1".formatted(axis, this));
        }
        return TensorOperation.of(
                "squeeze", self(), without(own), x -> x.getSameDiff().squeeze(x, own));
    }

    /** The same elements with one more axis, of size 1, at this place of the result. */
    public final Tensor expandDims(int axis) {
        int rank = self().shape().rank() + 1;
        int own = axis < 0 ? rank + axis : axis;
        if (own < 0 || own >= rank) {
            throw new IllegalArgumentException(
                    "expandDims(%d) of %s: expected an axis from %d to %d".formatted(axis, this, -rank, rank - 1));
        }
        List<Long> sizes = new ArrayList<>(self().shape().sizes());
        sizes.add(own, 1L);
        return TensorOperation.of(
                "expand_dims", self(), new Shape(sizes), x -> x.getSameDiff().expandDims(x, own));
    }

    /**
     * The same elements, row-major, in another shape.
     *
     * @param sizes the batch's included; {@link Shape#UNKNOWN} for at most one
     * @throws IllegalArgumentException if that is another number of elements, as far as it is known
     */
    public final Tensor reshape(long... sizes) {
        Shape shape = Shape.of(sizes);
        boolean known = !self().shape().sizes().contains(Shape.UNKNOWN)
                && !shape.sizes().contains(Shape.UNKNOWN);
        if (Arrays.stream(sizes).filter(size -> size == Shape.UNKNOWN).count() > 1
                || known && shape.elements() != self().shape().elements()) {
            throw new IllegalArgumentException(
                    "%s as %s: expected as many elements, and at most one unknown size".formatted(this, shape));
        }
        return TensorOperation.of("reshape", self(), shape, x -> x.getSameDiff().reshape(x, sizes));
    }

    /** The same elements with the axes in another order: {@code transpose(0, 2, 1)} swaps the last two of three. */
    public final Tensor transpose(int... order) {
        Shape shape = self().shape();
        int[] axes = IntStream.of(order).map(this::own).toArray();
        if (!Arrays.equals(
                IntStream.of(axes).sorted().toArray(),
                IntStream.range(0, shape.rank()).toArray())) {
            throw new IllegalArgumentException(
                    "transpose(%s) of %s: expected each axis once".formatted(Arrays.toString(order), this));
        }
        Shape turned = Shape.of(IntStream.of(axes).mapToLong(shape::size).toArray());
        return TensorOperation.of("transpose", self(), turned, x -> x.permute(axes));
    }

    /**
     * The part of an axis from one place to before another.
     *
     * @param to {@code slice(1, 1, 5)} has 4 elements on axis 1; the axis must be at least so long
     */
    public final Tensor slice(int axis, int from, int to) {
        int own = own(axis);
        long size = self().shape().size(own);
        if (from < 0 || to <= from || size != Shape.UNKNOWN && to > size) {
            throw new IllegalArgumentException("slice(%d, %d, %d) of %s: expected 0 ≤ from < to ≤ the axis's size"
                    .formatted(axis, from, to, this));
        }
        List<Long> sizes = new ArrayList<>(self().shape().sizes());
        sizes.set(own, (long) to - from);
        SDIndex[] indices = IntStream.range(0, sizes.size())
                .mapToObj(one -> one == own ? SDIndex.interval((long) from, (long) to) : SDIndex.all())
                .toArray(SDIndex[]::new);
        return TensorOperation.of("slice", self(), new Shape(sizes), x -> x.get(indices));
    }

    /** This and others one after the other along an axis; all other sizes are equal. */
    public final Tensor concat(int axis, Tensor... others) {
        int own = own(axis);
        List<Tensor> all = new ArrayList<>(List.of(self()));
        all.addAll(List.of(others));
        List<Long> sizes = new ArrayList<>(self().shape().sizes());
        for (Tensor other : others) {
            Shape shape = other.shape();
            for (int one = 0; one < sizes.size() || one < shape.rank(); one++) {
                boolean fits = shape.rank() == sizes.size()
                        && (one == own
                                || shape.size(one) == sizes.get(one)
                                || shape.size(one) == Shape.UNKNOWN
                                || sizes.get(one) == Shape.UNKNOWN);
                if (!fits) {
                    throw new IllegalArgumentException(
                            "concat(%d) of %s: expected equal sizes of all other axes".formatted(axis, all));
                }
            }
            boolean known = sizes.get(own) != Shape.UNKNOWN && shape.size(own) != Shape.UNKNOWN;
            sizes.set(own, known ? sizes.get(own) + shape.size(own) : Shape.UNKNOWN);
        }
        return TensorOperation.of(
                "concat",
                all,
                new Shape(sizes),
                variables -> variables.get(0).getSameDiff().concat(own, variables.toArray(SDVariable[]::new)));
    }

    /**
     * The product of matrices, the last two axes of both: [… , m, k] and [… , k, n] → [… , m, n]. To multiply by a learned
     * matrix, use a dense layer.
     *
     * @throws IllegalArgumentException if they do not fit, or differ in the number of axes
     */
    public final Tensor matmul(Tensor other) {
        Shape a = self().shape();
        Shape b = other.shape();
        boolean fits = a.rank() == b.rank() && a.rank() > 1;
        if (!fits || a.size(-1) != b.size(-2) && a.size(-1) != Shape.UNKNOWN && b.size(-2) != Shape.UNKNOWN) {
            throw new IllegalArgumentException("%s by %s: expected [… , m, k] and [… , k, n]".formatted(this, other));
        }
        return TensorOperation.of(
                "matmul",
                List.of(self(), other),
                a.withLast(b.size(-1)),
                pair -> pair.get(0).mmul(pair.get(1)));
    }

    /** Vectors on the last axis divided by their length; 0 stays 0. */
    public final Tensor unit() {
        return divide(square().sum(-1).plus(LEAST_SQUARE).sqrt().expandDims(-1));
    }

    /** The cosine of the angle between vectors on the last axis, which goes; 0 where one of them is 0. */
    public final Tensor cosine(Tensor other) {
        Shape both = Shape.broadcast(self().shape(), other.shape());
        return TensorOperation.of(
                "cosine",
                List.of(self(), other),
                new Shape(both.sizes().subList(0, both.rank() - 1)),
                pair -> cosine(pair.get(0), pair.get(1)));
    }

    private static SDVariable cosine(SDVariable a, SDVariable b) {
        SDVariable squares = a.mul(a).sum(-1).mul(b.mul(b).sum(-1)).add(LEAST_SQUARE);
        return a.mul(b).sum(-1).div(a.getSameDiff().math().sqrt(squares));
    }

    private Tensor squashed(Tensor.Squashing function) {
        return new Squash(function).apply(self());
    }

    private int own(int axis) {
        int rank = self().shape().rank();
        int own = axis < 0 ? rank + axis : axis;
        if (own < 0 || own >= rank) {
            throw new IllegalArgumentException(
                    "Axis %d of %s: expected one from %d to %d".formatted(axis, this, -rank, rank - 1));
        }
        return own;
    }

    private Shape without(int axis) {
        List<Long> sizes = new ArrayList<>(self().shape().sizes());
        sizes.remove(axis);
        return new Shape(sizes);
    }

    private static SDMath math(SDVariable x) {
        return x.getSameDiff().math();
    }

    /** Logits to probabilities. */
    private static final class Squash extends Layer {
        private final Tensor.Squashing function;

        Squash(Tensor.Squashing function) {
            super(function == Tensor.Squashing.SIGMOID ? "sigmoid" : "softmax");
            this.function = function;
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            SameDiff graph = graph().sameDiff();
            return Tensor.squashed(
                    switch (function) {
                        case SIGMOID -> graph.nn().sigmoid(x.variable());
                        case SOFTMAX -> graph.nn().softmax(x.variable(), -1);
                    },
                    function,
                    x);
        }
    }
}
