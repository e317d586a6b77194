package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.LayerNames;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.LayerNormalization;
import io.github.bert4j.ops.AttentionOp;
import io.github.bert4j.ops.AttentionProbabilitiesOp;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.DropoutOp;
import io.github.bert4j.ops.EmbeddingOp;
import io.github.bert4j.ops.LayerNormOp;
import io.github.bert4j.ops.PackOp;
import io.github.bert4j.ops.PositionOp;
import io.github.bert4j.ops.QueriesKeysValuesOp;
import io.github.bert4j.ops.UnpackOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * BERT's operations, on packed rows: between the embeddings and the last layer there is no padding.
 *
 * <p>Source: {@code BertModel} and {@code transformer_model} in {@code modeling.py} of google-research/bert;
 * {@code AlbertModel} and {@code attention_ffn_block} in that of google-research/albert.
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

    /** The embeddings and every layer's output, of a shape [batch, length, hidden] each. */
    List<Tensor> encode(SDVariable tokens, SDVariable segments, Shape shape) {
        PackOp.Packed packed = packed(tokens, segments);
        List<Tensor> states = new ArrayList<>();
        SDVariable x = embeddings(packed);
        states.add(Tensor.of(graph, new UnpackOp(x, packed.rows(), tokens).output(), shape));
        for (LayerNames names : WeightTable.layers(config)) {
            Block block = block(names, x, packed.starts());
            x = vectors(block, x, block.projected().query(), packed.starts());
            SDVariable sequence = new UnpackOp(x, packed.rows(), tokens).output();
            states.add(Tensor.sequence(graph, sequence, shape, position -> vectorAt(position, block, tokens)));
        }
        return states;
    }

    /** How every layer attends, of a shape [batch, heads, length, length] each. */
    List<Tensor> attentions(SDVariable tokens, SDVariable segments, Shape shape) {
        PackOp.Packed packed = packed(tokens, segments);
        List<Tensor> attentions = new ArrayList<>();
        SDVariable x = embeddings(packed);
        for (LayerNames names : WeightTable.layers(config)) {
            Block block = block(names, x, packed.starts());
            SDVariable probabilities = new AttentionProbabilitiesOp(
                            config.numAttentionHeads(),
                            block.projected().query(),
                            block.projected().key(),
                            packed.starts(),
                            packed.rows(),
                            tokens)
                    .output();
            attentions.add(Tensor.of(graph, probabilities, shape));
            x = vectors(block, x, block.projected().query(), packed.starts());
        }
        return attentions;
    }

    private PackOp.Packed packed(SDVariable tokens, SDVariable segments) {
        return new PackOp(config.maxPositionEmbeddings(), tokens, segments).packed();
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
        SDVariable embeddings = new DropoutOp((float) config.hiddenDropout(), graph.nextDropout(), normalized).output();
        return config.embeddingSize() == config.hiddenSize() ? embeddings : dense(WeightTable.MAPPING, embeddings);
    }

    /** A layer on its input, with queries, keys and values of all rows, as the vectors of whichever rows need them. */
    private record Block(
            LayerNames names, SDVariable input, QueriesKeysValuesOp.Projected projected, SDVariable starts) {}

    private Block block(LayerNames names, SDVariable x, SDVariable starts) {
        QueriesKeysValuesOp.Projected projected = new QueriesKeysValuesOp(
                        x,
                        weight(names.query() + "/kernel"),
                        weight(names.query() + "/bias"),
                        weight(names.key() + "/kernel"),
                        weight(names.key() + "/bias"),
                        weight(names.value() + "/kernel"),
                        weight(names.value() + "/bias"))
                .projected();
        return new Block(names, x, projected, starts);
    }

    /**
     * A layer's output at one position of every sequence, [batch, hidden]: all but keys and values is computed for these
     * rows alone. They have dropout masks of their own, not those that the whole layer draws for them.
     */
    private SDVariable vectorAt(int position, Block block, SDVariable tokens) {
        PositionOp.Found found = new PositionOp(position, tokens, block.starts()).found();
        SDVariable rows = new EmbeddingOp(found.rows(), block.input()).output();
        SDVariable query = dense(block.names().query(), rows);
        return vectors(block, rows, query, found.starts()).mul(found.present());
    }

    /** A layer's output for these rows of its input, with their queries. */
    private SDVariable vectors(Block block, SDVariable x, SDVariable query, SDVariable starts) {
        LayerNames names = block.names();
        SDVariable context = new AttentionOp(
                        config.numAttentionHeads(),
                        (float) config.attentionDropout(),
                        graph.nextDropout(),
                        query,
                        block.projected().key(),
                        block.projected().value(),
                        starts,
                        block.starts())
                .output();
        SDVariable attended = addAndNormalize(names.attentionOutput(), names.attentionNorm(), context, x);
        SDVariable intermediate = ActivatedDense.coarse(
                config, attended, weight(names.intermediate() + "/kernel"), weight(names.intermediate() + "/bias"));
        return addAndNormalize(names.output(), names.outputNorm(), intermediate, attended);
    }

    /** {@code LayerNorm(residual + dropout(dense(x)))}. */
    private SDVariable addAndNormalize(String dense, String norm, SDVariable x, SDVariable residual) {
        return new LayerNormOp(
                        LayerNormalization.EPSILON,
                        (float) config.hiddenDropout(),
                        graph.nextDropout(),
                        dense(dense, x),
                        residual,
                        weight(norm + "/gamma"),
                        weight(norm + "/beta"))
                .output();
    }

    private SDVariable dense(String name, SDVariable x) {
        return new DenseOp(x, weight(name + "/kernel"), weight(name + "/bias"))
                .coarse()
                .output();
    }

    private SDVariable weight(String name) {
        return weights.get(name).variable();
    }
}
