package io.github.bert4j.explain;

import java.util.List;
import java.util.Objects;

/**
 * How BERT attends to a text in all layers and heads.
 *
 * @param tokens [CLS], the tokens as the text has them, and [SEP]
 * @param layers probabilities by layer, head, query and key, the lowest layer first
 */
public record TextAttention(List<String> tokens, List<double[][][]> layers) {
    public TextAttention {
        tokens = List.copyOf(tokens);
        layers = List.copyOf(layers);
    }

    /**
     * One head of one layer.
     *
     * @param layer from 0, the lowest
     * @param head from 0
     * @throws IndexOutOfBoundsException if there is no such layer or head
     */
    public AttentionMap map(int layer, int head) {
        double[][][] heads = layers.get(layer);
        return new AttentionMap(
                tokens, heads[Objects.checkIndex(head, heads.length)], "Layer %d, head %d".formatted(layer, head));
    }

    /**
     * The mean of a layer's heads.
     *
     * @param layer from 0, the lowest
     * @throws IndexOutOfBoundsException if there is no such layer
     */
    public AttentionMap mean(int layer) {
        double[][][] heads = layers.get(layer);
        double[][] mean = new double[tokens.size()][tokens.size()];
        for (double[][] head : heads) {
            for (int i = 0; i < mean.length; i++) {
                for (int j = 0; j < mean.length; j++) {
                    mean[i][j] += head[i][j] / heads.length;
                }
            }
        }
        return new AttentionMap(tokens, mean, "Layer %d, mean of %d heads".formatted(layer, heads.length));
    }
}
