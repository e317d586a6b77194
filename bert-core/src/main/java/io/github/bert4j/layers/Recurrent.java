package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.ops.Cell;
import io.github.bert4j.ops.RecurrentOp;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A layer that goes through sequences position by position: [batch, length, width] and tokens or a mask [batch, length] → its
 * last state [batch, units], or {@link #withSequences} that at each position [batch, length, units]. Where the mask is 0, a
 * position is left out, and the output there is 0.
 *
 * <p>Weights: kernel [width, gates · units], recurrent_kernel [units, gates · units] and bias, in Keras' order of gates.
 */
public abstract sealed class Recurrent extends SequenceLayer permits Lstm, Gru {
    final int units;
    final boolean sequences;
    final boolean backwards;
    private final Cell cell;
    private Weight kernel;
    private Weight recurrentKernel;
    private Weight bias;

    Recurrent(String kind, Cell cell, int units, boolean sequences, boolean backwards) {
        super(kind);
        if (units < 1) {
            throw new IllegalArgumentException(kind + " of " + units + " units: expected at least 1");
        }
        this.cell = cell;
        this.units = units;
        this.sequences = sequences;
        this.backwards = backwards;
    }

    /** A layer of the same settings that returns its state at each position: [batch, length, units]. */
    public Recurrent withSequences() {
        return with(true, backwards);
    }

    /** A layer of the same settings that starts at the last position; its last state is that at the first one. */
    public Recurrent withBackwards() {
        return with(sequences, true);
    }

    abstract Recurrent with(boolean sequence, boolean reverse);

    /** How the bias starts. */
    abstract Initializer biases();

    /** Of the bias. */
    abstract Shape biasShape();

    @Override
    protected void build(List<Tensor> inputs) {
        mask(inputs);
        long columns = (long) cell.gates() * units;
        kernel = weight("kernel", Shape.of(width(inputs), columns), Initializer.glorotUniform());
        recurrentKernel = weight("recurrent_kernel", Shape.of(units, columns), Initializer.orthogonal());
        bias = weight("bias", biasShape(), biases(), Role.BIAS);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        SDVariable[] arguments = Stream.concat(
                        Stream.of(x.variable(), kernel.variable(), recurrentKernel.variable(), bias.variable()),
                        mask(inputs).stream().map(Tensor::variable))
                .toArray(SDVariable[]::new);
        RecurrentOp op = new RecurrentOp(cell, backwards, arguments);
        return sequences
                ? Tensor.of(graph(), op.sequence(), x.shape().withLast(units))
                : Tensor.of(graph(), op.last(), Shape.of(x.shape().size(0), units));
    }
}
