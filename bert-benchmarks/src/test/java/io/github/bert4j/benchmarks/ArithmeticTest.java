package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Against a count of BERT's products, one by one. */
class ArithmeticTest {
    private static final int HIDDEN = 128;
    private static final int HEADS = 2;
    private static final int LAYERS = 3;
    private static final int[] LENGTHS = {7, 4, 9};

    @Test
    void countsOfTheLastLayerOnlyWhatOneVectorNeeds() {
        double expected = 0;
        for (int length : LENGTHS) {
            expected += (LAYERS - 1) * layer(1, length, length) + layer(1, 1, length);
        }
        assertEquals(expected / 1e9, new Arithmetic(LAYERS, HIDDEN, Mode.INFER).needed(LENGTHS), 1e-12);
    }

    @Test
    void countsTheGradientOfAProductAsTwo() {
        assertEquals(
                3 * new Arithmetic(LAYERS, HIDDEN, Mode.INFER).needed(LENGTHS),
                new Arithmetic(LAYERS, HIDDEN, Mode.TRAIN).needed(LENGTHS),
                1e-12);
    }

    private static double layer(int sequences, int queries, int keys) {
        double products = product(queries, HIDDEN, HIDDEN); // query
        products += 2 * product(keys, HIDDEN, HIDDEN); // key, value
        products += HEADS * product(queries, HIDDEN / HEADS, keys); // scores
        products += HEADS * product(queries, keys, HIDDEN / HEADS); // contexts
        products += product(queries, HIDDEN, HIDDEN); // attention's output
        products += product(queries, HIDDEN, 4 * HIDDEN) + product(queries, 4 * HIDDEN, HIDDEN); // feed-forward
        return sequences * products;
    }

    private static double product(int rows, int inner, int columns) {
        return 2.0 * rows * inner * columns;
    }
}
