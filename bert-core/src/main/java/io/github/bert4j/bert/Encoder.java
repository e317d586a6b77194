package io.github.bert4j.bert;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.LayerNormalization;
import io.github.bert4j.ops.AttentionOp;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.DropoutOp;
import io.github.bert4j.ops.EmbeddingOp;
import io.github.bert4j.ops.GeluOp;
import io.github.bert4j.ops.LayerNormOp;
import io.github.bert4j.ops.PackOp;
import io.github.bert4j.ops.UnpackOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * BERT's operations, on packed rows: between the embeddings and the last layer there is no padding.
 *
 * <p>Source: {@code BertModel} and {@code transformer_model} in {@code modeling.py} of google-research/bert.
 */
final class Encoder {
    private final BertConfig config;
    private final Graph graph;
    private final Map<String, Weight> weights;

    Encoder(BertConfig config, Graph graph, Map<String, Weight> weights) {
        this.config = config;
        this.graph = graph;
        this.weights = weights;
    }

    /** The embeddings and every layer's output, [batch, length, hidden] each. */
    List<SDVariable> encode(SDVariable tokens, SDVariable segments) {
        PackOp.Packed packed = new PackOp(config.maxPositionEmbeddings(), tokens, segments).packed();
        List<SDVariable> states = new ArrayList<>();
        SDVariable x = embeddings(packed);
        states.add(new UnpackOp(x, packed.rows(), tokens).output());
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            x = layer(WeightTable.layer(i), x, packed.starts());
            states.add(new UnpackOp(x, packed.rows(), tokens).output());
        }
        return states;
    }

    private SDVariable embeddings(PackOp.Packed packed) {
        SDVariable sum = new EmbeddingOp(
                        packed.tokens(),
                        weight(WeightTable.WORDS),
                        packed.positions(),
                        weight(WeightTable.POSITIONS),
                        packed.segments(),
                        weight(WeightTable.SEGMENTS))
                .output();
        SDVariable normalized = new LayerNormOp(
                        LayerNormalization.EPSILON,
                        sum,
                        weight(WeightTable.EMBEDDINGS_NORM + "/gamma"),
                        weight(WeightTable.EMBEDDINGS_NORM + "/beta"))
                .output();
        return new DropoutOp((float) config.hiddenDropout(), graph.nextDropout(), normalized).output();
    }

    private SDVariable layer(String name, SDVariable x, SDVariable starts) {
        SDVariable context = new AttentionOp(
                        config.numAttentionHeads(),
                        (float) config.attentionDropout(),
                        graph.nextDropout(),
                        dense(name + "/attention/self/query", x),
                        dense(name + "/attention/self/key", x),
                        dense(name + "/attention/self/value", x),
                        starts,
                        starts)
                .output();
        SDVariable attended = addAndNormalize(name + "/attention/output", context, x);
        SDVariable intermediate = new GeluOp(config.gelu(), dense(name + "/intermediate/dense", attended)).output();
        return addAndNormalize(name + "/output", intermediate, attended);
    }

    /** {@code LayerNorm(residual + dropout(dense(x)))}. */
    private SDVariable addAndNormalize(String name, SDVariable x, SDVariable residual) {
        return new LayerNormOp(
                        LayerNormalization.EPSILON,
                        (float) config.hiddenDropout(),
                        graph.nextDropout(),
                        dense(name + "/dense", x),
                        residual,
                        weight(name + "/LayerNorm/gamma"),
                        weight(name + "/LayerNorm/beta"))
                .output();
    }

    private SDVariable dense(String name, SDVariable x) {
        return new DenseOp(x, weight(name + "/kernel"), weight(name + "/bias")).output();
    }

    private SDVariable weight(String name) {
        return weights.get(name).variable();
    }
}
