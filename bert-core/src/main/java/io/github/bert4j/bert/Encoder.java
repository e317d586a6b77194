package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.LayerNames;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Rotation;
import io.github.bert4j.ops.AttentionOp;
import io.github.bert4j.ops.AttentionProbabilitiesOp;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.DropoutOp;
import io.github.bert4j.ops.EmbeddingOp;
import io.github.bert4j.ops.LayerNormOp;
import io.github.bert4j.ops.PackOp;
import io.github.bert4j.ops.PositionOp;
import io.github.bert4j.ops.QueriesKeysValuesOp;
import io.github.bert4j.ops.RelationKind;
import io.github.bert4j.ops.RotaryOp;
import io.github.bert4j.ops.UnpackOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * An encoder's operations, on packed rows: between the embeddings and the last layer there is no padding. What is otherwise
 * than in BERT, its {@link Design} says.
 *
 * <p>Source: {@code BertModel} and {@code transformer_model} in {@code modeling.py} of google-research/bert;
 * {@code AlbertModel} and {@code attention_ffn_block} in that of google-research/albert.
 */
final class Encoder {
    private final BertConfig config;
    private final Design design;
    private final Graph graph;
    private final EncoderWeights weights;
    private final int padding;
    private final List<LayerNames> layers;
    private Optional<Adapter> adapter = Optional.empty();

    /** @param padding the id of padding */
    Encoder(BertConfig config, Graph graph, Map<String, Weight> weights, int padding) {
        this.config = config;
        this.design = config.design();
        this.graph = graph;
        this.weights = new EncoderWeights(graph, weights);
        this.padding = padding;
        this.layers = WeightTable.layers(config);
    }

    /** Adds to the results of dense layers what they are adapted by. */
    void adaptBy(Adapter added) {
        adapter = Optional.of(added);
    }

    /** The embeddings and every layer's output, of a shape [batch, length, hidden] each. */
    List<Tensor> encode(SDVariable tokens, SDVariable segments, Shape shape) {
        PackOp.Packed packed = packed(tokens, segments);
        List<Tensor> states = new ArrayList<>();
        SDVariable x = embeddings(packed);
        states.add(Tensor.of(graph, new UnpackOp(x, packed.rows(), tokens).output(), shape));
        for (int number = 0; number < layers.size(); number++) {
            Block block = block(number, x, packed);
            x = vectors(block, x, block.projected().query(), packed.starts(), packed.places());
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
        for (int number = 0; number < layers.size(); number++) {
            Block block = block(number, x, packed);
            SDVariable probabilities = new AttentionProbabilitiesOp(
                            config.numAttentionHeads(),
                            block.projected().query(),
                            block.projected().key(),
                            packed.starts(),
                            packed.rows(),
                            tokens,
                            relation(number, packed.places(), packed.places()))
                    .output();
            attentions.add(Tensor.of(graph, probabilities, shape));
            x = vectors(block, x, block.projected().query(), packed.starts(), packed.places());
        }
        return attentions;
    }

    private PackOp.Packed packed(SDVariable tokens, SDVariable segments) {
        return new PackOp(config.longestInput(), padding, design.positions().first(), tokens, segments).packed();
    }

    private SDVariable embeddings(PackOp.Packed packed) {
        List<SDVariable> lookups = new ArrayList<>(List.of(packed.tokens(), weights.of(WeightTable.WORDS)));
        if (design.positions() instanceof Positions.Table) {
            lookups.addAll(List.of(packed.positions(), weights.of(WeightTable.POSITIONS)));
        }
        if (config.typeVocabSize() > 0) {
            lookups.addAll(List.of(packed.segments(), weights.of(WeightTable.SEGMENTS)));
        }
        if (design.taskTypes() > 0) {
            lookups.addAll(List.of(
                    packed.segments().getSameDiff().zerosLike(packed.segments()), weights.of(WeightTable.TASKS)));
        }
        SDVariable sum = new EmbeddingOp(lookups.toArray(SDVariable[]::new)).output();
        SDVariable embeddings = dropout(normalized(WeightTable.EMBEDDINGS_NORM, sum));
        return config.embeddingSize() == config.hiddenSize() ? embeddings : dense(WeightTable.MAPPING, embeddings);
    }

    /** A layer on its input, with queries, keys and values of all rows, as the vectors of whichever rows need them. */
    private record Block(
            int number,
            LayerNames names,
            SDVariable input,
            QueriesKeysValuesOp.Projected projected,
            SDVariable starts,
            SDVariable places) {}

    private Block block(int number, SDVariable x, PackOp.Packed packed) {
        LayerNames names = layers.get(number);
        SDVariable input = attentionInput(names, x);
        QueriesKeysValuesOp.Projected projected = new QueriesKeysValuesOp(
                        input,
                        weights.of(names.query() + "/kernel"),
                        weights.biasOf(names.query()),
                        weights.of(names.key() + "/kernel"),
                        weights.biasOf(names.key()),
                        weights.of(names.value() + "/kernel"),
                        weights.biasOf(names.value()))
                .projected();
        SDVariable places = packed.places();
        SDVariable value = adapted(names.value(), input, projected.value());
        boolean turnsValues = design.positions() instanceof Positions.Rotary rotary && rotary.values();
        return new Block(
                number,
                names,
                x,
                new QueriesKeysValuesOp.Projected(
                        turned(number, adapted(names.query(), input, projected.query()), places),
                        turned(number, adapted(names.key(), input, projected.key()), places),
                        turnsValues ? turned(number, value, places) : value),
                packed.starts(),
                places);
    }

    private SDVariable attentionInput(LayerNames names, SDVariable x) {
        return design.normalizedFirst() && !names.attentionNorm().isEmpty() ? normalized(names.attentionNorm(), x) : x;
    }

    /** Rows turned by their places, where that is how the encoder knows them. */
    private SDVariable turned(int layer, SDVariable x, SDVariable places) {
        if (design.positions() instanceof Positions.Rotary rotary) {
            double base = window(layer).map(Positions.Windows::base).orElse(rotary.base());
            int size = config.hiddenSize() / config.numAttentionHeads();
            return new RotaryOp(new Rotation(size, rotary.pairs(), base), x, places).output();
        }
        return x;
    }

    /** The window of a layer that has one. */
    private Optional<Positions.Windows> window(int layer) {
        return design.positions() instanceof Positions.Rotary rotary
                ? rotary.windows().filter(windows -> windows.layers().contains(layer))
                : Optional.empty();
    }

    private RelationKind relation(int layer, SDVariable queryPlaces, SDVariable keyPlaces) {
        if (design.positions() instanceof Positions.Table table && table.buckets() > 0) {
            return RelationKind.bias(queryPlaces, keyPlaces, weights.of(WeightTable.DISTANCES));
        } else if (design.positions() instanceof Positions.Distances distances) {
            int size = config.hiddenSize() / config.numAttentionHeads();
            return RelationKind.vectors(queryPlaces, keyPlaces, weights.distances(distances.farthest(), size));
        }
        return window(layer)
                .map(windows -> RelationKind.window(windows.reach(), queryPlaces, keyPlaces))
                .orElse(RelationKind.NONE);
    }

    /**
     * A layer's output at one position of every sequence, [batch, hidden]: all but keys and values is computed for these
     * rows alone. They have dropout masks of their own, not those that the whole layer draws for them.
     */
    private SDVariable vectorAt(int position, Block block, SDVariable tokens) {
        PositionOp.Found found = new PositionOp(position, padding, tokens, block.starts()).found();
        SDVariable rows = new EmbeddingOp(found.rows(), block.input()).output();
        SDVariable query = dense(block.names().query(), attentionInput(block.names(), rows));
        return vectors(block, rows, turned(block.number(), query, found.places()), found.starts(), found.places())
                .mul(found.present());
    }

    /** A layer's output for these rows of its input, with their queries. */
    private SDVariable vectors(Block block, SDVariable x, SDVariable query, SDVariable starts, SDVariable places) {
        LayerNames names = block.names();
        SDVariable context = new AttentionOp(
                        config.numAttentionHeads(),
                        (float) config.attentionDropout(),
                        graph.nextDropout(),
                        query,
                        block.projected().key(),
                        block.projected().value(),
                        starts,
                        block.starts(),
                        relation(block.number(), places, block.places()))
                .output();
        if (!design.normalizedFirst()) {
            SDVariable attended = addAndNormalize(names.attentionOutput(), names.attentionNorm(), context, x);
            return addAndNormalize(names.output(), names.outputNorm(), intermediate(names, attended), attended);
        }
        SDVariable attended = x.add(dropout(dense(names.attentionOutput(), context)));
        SDVariable inner = intermediate(names, normalized(names.outputNorm(), attended));
        SDVariable sum = attended.add(dropout(dense(names.output(), inner)));
        return block.number() == layers.size() - 1 ? normalized(WeightTable.LAST_NORM, sum) : sum;
    }

    private SDVariable intermediate(LayerNames names, SDVariable x) {
        SDVariable activated = adapter.flatMap(added -> added.of(names.intermediate(), x))
                .map(change -> ActivatedDense.activated(
                        config, plain(names.intermediate(), x).add(change)))
                .orElseGet(() -> ActivatedDense.coarse(
                        config, x, weights.of(names.intermediate() + "/kernel"), weights.biasOf(names.intermediate())));
        return design.gated() ? activated.mul(dense(names.gate(), x)) : activated;
    }

    private SDVariable dropout(SDVariable x) {
        return new DropoutOp((float) config.hiddenDropout(), graph.nextDropout(), x).output();
    }

    private SDVariable normalized(String norm, SDVariable x) {
        return new LayerNormOp(design.epsilon(), x, weights.of(norm + "/gamma"), weights.betaOf(norm)).output();
    }

    /** {@code LayerNorm(residual + dropout(dense(x)))}. */
    private SDVariable addAndNormalize(String dense, String norm, SDVariable x, SDVariable residual) {
        return new LayerNormOp(
                        design.epsilon(),
                        (float) config.hiddenDropout(),
                        graph.nextDropout(),
                        dense(dense, x),
                        residual,
                        weights.of(norm + "/gamma"),
                        weights.betaOf(norm))
                .output();
    }

    private SDVariable dense(String name, SDVariable x) {
        return adapted(name, x, plain(name, x));
    }

    private SDVariable adapted(String dense, SDVariable x, SDVariable result) {
        return adapter.flatMap(added -> added.of(dense, x)).map(result::add).orElse(result);
    }

    private SDVariable plain(String name, SDVariable x) {
        return new DenseOp(x, weights.of(name + "/kernel"), weights.biasOf(name))
                .coarse()
                .output();
    }
}
