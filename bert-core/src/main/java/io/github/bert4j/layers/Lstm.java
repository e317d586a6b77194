package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.ops.Cell;
import java.util.Arrays;

/**
 * Long short-term memory: [batch, length, width] and tokens [batch, length] → its last state [batch, units]. Weights: kernel
 * [width, 4 · units], recurrent_kernel [units, 4 · units] and bias [4 · units], whose part for the forget gate starts at 1.
 *
 * <pre>{@code
 * var x = bidirectional(lstm(64)).apply(bert.apply(tokens), tokens); // [batch, 128]
 * }</pre>
 *
 * <p>Source: Hochreiter and Schmidhuber, "Long Short-Term Memory"; Keras' {@code LSTM}.
 */
public final class Lstm extends Recurrent {

    /** @throws IllegalArgumentException if there are no units */
    public Lstm(int units) {
        this(units, false, false);
    }

    private Lstm(int units, boolean sequences, boolean backwards) {
        super("lstm", Cell.LSTM, units, sequences, backwards);
    }

    @Override
    Lstm with(boolean sequence, boolean reverse) {
        return new Lstm(units, sequence, reverse);
    }

    @Override
    Initializer biases() {
        return (values, shape, random) -> Arrays.fill(values, units, 2 * units, 1);
    }

    @Override
    Shape biasShape() {
        return Shape.of(4L * units);
    }
}
