package io.github.bert4j.ops;

/** How a recurrent layer makes its next state of its last one and an input. */
public enum Cell {
    /**
     * Hochreiter and Schmidhuber's long short-term memory; gates in Keras' order: input, forget, candidate, output.
     */
    LSTM(4),
    /**
     * Cho et al.'s gated recurrent unit, whose reset gate comes after the product, as in Keras ({@code reset_after}) and
     * PyTorch; gates in Keras' order: update, reset, candidate.
     */
    GRU(3);

    private final int gates;

    Cell(int gates) {
        this.gates = gates;
    }

    /** Columns of the weights for each unit. */
    public int gates() {
        return gates;
    }
}
