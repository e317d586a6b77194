package io.github.bert4j.bert;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What an encoder's operations multiply with: its weights, and constants in the place of those that it does not have. */
record EncoderWeights(Graph graph, Map<String, Weight> weights) {
    private static final String DISTANCES = "bert/distances";

    SDVariable of(String name) {
        return weights.get(name).variable();
    }

    /** A dense layer's bias; zeros if it has none. */
    SDVariable biasOf(String dense) {
        Weight bias = weights.get(dense + "/bias");
        return bias == null ? zeros(weights.get(dense + "/kernel").shape().size(1)) : bias.variable();
    }

    /** What a normalization adds; zeros if it adds nothing. */
    SDVariable betaOf(String norm) {
        Weight beta = weights.get(norm + "/beta");
        return beta == null ? zeros(weights.get(norm + "/gamma").shape().size(0)) : beta.variable();
    }

    private SDVariable zeros(long size) {
        String name = "bert/zeros_" + size;
        return graph.sameDiff().hasVariable(name)
                ? graph.sameDiff().getVariable(name)
                : graph.sameDiff().constant(name, Nd4j.zeros(DataType.FLOAT, size));
    }

    /**
     * The vectors of distances from −farthest to farthest, [2 · farthest + 1, size]: sines and cosines of the row's number.
     *
     * <p>Source: Wei et al., "NEZHA", section 3.1.
     */
    SDVariable distances(int farthest, int size) {
        if (graph.sameDiff().hasVariable(DISTANCES)) {
            return graph.sameDiff().getVariable(DISTANCES);
        }
        float[][] table = new float[2 * farthest + 1][size];
        for (int row = 0; row < table.length; row++) {
            for (int k = 0; k < size; k++) {
                double angle = row * Math.pow(10_000, -2.0 * (k / 2) / size);
                table[row][k] = (float) (k % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return graph.sameDiff().constant(DISTANCES, Nd4j.createFromArray(table));
    }
}
