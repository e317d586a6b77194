package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.ops.Cell;

/**
 * Gated recurrent units: [batch, length, width] and tokens [batch, length] → the last state [batch, units]. Weights: kernel
 * [width, 3 · units], recurrent_kernel [units, 3 · units] and bias [2, 3 · units], the second row being added to the product
 * with the recurrent kernel.
 *
 * <pre>{@code
 * var x = gru(64).apply(bert.apply(tokens), tokens); // [batch, 64]
 * }</pre>
 *
 * <p>Source: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", with the reset gate after the product;
 * Keras' {@code GRU}.
 */
public final class Gru extends Recurrent {

    /** @throws IllegalArgumentException if there are no units */
    public Gru(int units) {
        this(units, false, false);
    }

    private Gru(int units, boolean sequences, boolean backwards) {
        super("gru", Cell.GRU, units, sequences, backwards);
    }

    @Override
    Gru with(boolean sequence, boolean reverse) {
        return new Gru(units, sequence, reverse);
    }

    @Override
    Initializer biases() {
        return Initializer.zeros();
    }

    @Override
    Shape biasShape() {
        return Shape.of(2, 3L * units);
    }
}
