package io.github.bert4j.benchmarks;

import java.util.Arrays;

/**
 * How many multiplications and additions BERT's matrix products take, in 10⁹: 2·m·n·k for a product [m, k] · [k, n].
 *
 * <p>A layer of n tokens takes 24·n·hidden² for its dense layers and, per sequence of l tokens, 4·l²·hidden for scores
 * and contexts of attention. The gradient of a product is two products of the same size.
 */
record Arithmetic(int layers, int hidden, Mode mode) {
    private static final double GIGA = 1e9;

    /** What one vector per sequence needs: real tokens, and of the last layer keys and values of all, the rest of one. */
    double needed(int[] lengths) {
        int tokens = Lengths.real(lengths);
        double squares = Arrays.stream(lengths).mapToDouble(l -> (double) l * l).sum();
        double keysAndValues = 4.0 * tokens * hidden * hidden;
        double others = 20.0 * lengths.length * hidden * hidden;
        double attention = 4.0 * tokens * hidden;
        return passes() * ((layers - 1) * layer(tokens, squares) + keysAndValues + others + attention) / GIGA;
    }

    private double layer(int tokens, double squares) {
        return 24.0 * tokens * hidden * hidden + 4.0 * squares * hidden;
    }

    private int passes() {
        return switch (mode) {
            case INFER -> 1;
            case TRAIN -> 3;
        };
    }
}
