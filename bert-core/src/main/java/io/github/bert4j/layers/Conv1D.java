package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.WindowsOp;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A convolution over positions: [batch, length, width] and tokens or a mask [batch, length] → [batch, length, units], each
 * position from the {@code size} around it; padding and what lies beyond the ends is 0, and so is the output at padding.
 *
 * <p>Weights: kernel [size · width, units], Keras' [size, width, units] with its first axes as one, and bias [units].
 *
 * <pre>{@code
 * var x = conv1D(128, 3, RELU).apply(bert.apply(tokens), tokens); // [batch, length, 128]
 * }</pre>
 *
 * <p>Source: Kim, "Convolutional Neural Networks for Sentence Classification"; Keras' {@code Conv1D} with {@code
 * padding="same"}.
 */
public final class Conv1D extends SequenceLayer {
    private final int units;
    private final int size;
    private final Activation activation;
    private Weight kernel;
    private Weight bias;

    /**
     * @param units numbers at each position
     * @param size positions that each is made from
     * @throws IllegalArgumentException if one of them is below 1
     */
    public Conv1D(int units, int size, Activation activation) {
        super("conv1d");
        if (units < 1 || size < 1) {
            throw new IllegalArgumentException(
                    "Conv1D of %d units and size %d: expected at least 1 of each".formatted(units, size));
        }
        this.units = units;
        this.size = size;
        this.activation = activation;
    }

    @Override
    protected void build(List<Tensor> inputs) {
        mask(inputs);
        long seen = size * width(inputs);
        // Glorot's limits count the units that each input goes to, at every position of a window.
        kernel = weight(
                "kernel",
                Shape.of(seen, units),
                (values, shape, random) ->
                        Initializer.glorotUniform().fill(values, Shape.of(seen, (long) size * units), random));
        bias = weight("bias", Shape.of(units), Initializer.zeros(), Role.BIAS);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        var real = mask(inputs).map(mask -> mask.notEqualTo(0).expandDims(2));
        Tensor masked = real.map(x::times).orElse(x);
        SDVariable windows = new WindowsOp(size, masked.variable()).output();
        SDVariable product = new DenseOp(windows, kernel.variable(), bias.variable()).output();
        Tensor activated =
                activation.apply(Tensor.of(graph(), product, x.shape().withLast(units)));
        return real.map(activated::times).orElse(activated);
    }
}
