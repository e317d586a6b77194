package io.github.bert4j.bert;

import io.github.bert4j.bert.Design.Biased;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Weight.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The names and shapes of an encoder's weights; BERT's and ALBERT's are those of Google's checkpoints. */
final class WeightTable {
    static final String EMBEDDINGS = "bert/embeddings";
    static final String WORDS = "bert/embeddings/word_embeddings";
    static final String SEGMENTS = "bert/embeddings/token_type_embeddings";
    static final String POSITIONS = "bert/embeddings/position_embeddings";
    static final String EMBEDDINGS_NORM = "bert/embeddings/LayerNorm";
    static final String TASKS = "bert/embeddings/task_type_embeddings";
    /** A number for each bucket of distances and each head; below all layers, so it counts as one of the embeddings. */
    static final String DISTANCES = "bert/embeddings/relative_attention_bias";

    /** Of the last layer's output, where layers normalize their inputs. */
    static final String LAST_NORM = "bert/encoder/LayerNorm";

    /** Between embeddings and layers of different width. */
    static final String MAPPING = "bert/encoder/embedding_hidden_mapping_in";

    static final String POOLER = "bert/pooler/dense";
    static final String TRANSFORM = "cls/predictions/transform/dense";
    static final String TRANSFORM_NORM = "cls/predictions/transform/LayerNorm";
    static final String WORDS_BIAS = "cls/predictions/output_bias";
    static final String NEXT_SENTENCE_WEIGHTS = "cls/seq_relationship/output_weights";
    static final String NEXT_SENTENCE_BIAS = "cls/seq_relationship/output_bias";

    /** Which part of the model a weight belongs to. */
    enum Part {
        ENCODER,
        POOLER,
        MASKED_WORDS,
        NEXT_SENTENCE;

        /** What BERT has beside its encoder. */
        static final Set<Part> OF_BERT = Collections.unmodifiableSet(EnumSet.of(POOLER, MASKED_WORDS, NEXT_SENTENCE));
    }

    /** One weight; {@code shape} is that in the checkpoint and in the graph alike. */
    record Entry(Part part, String name, Shape shape, Initializer initializer, Role role) {}

    private final BertConfig config;
    private final List<Entry> entries = new ArrayList<>();

    private WeightTable(BertConfig config) {
        this.config = config;
    }

    /** All weights that a checkpoint of this size can have, parts that it may lack included. */
    static List<Entry> of(BertConfig config) {
        WeightTable table = new WeightTable(config);
        long hidden = config.hiddenSize();
        long embedding = config.embeddingSize();
        table.kernel(Part.ENCODER, WORDS, config.vocabSize(), embedding);
        if (config.typeVocabSize() > 0) {
            table.kernel(Part.ENCODER, SEGMENTS, config.typeVocabSize(), embedding);
        }
        if (config.design().positions() instanceof Positions.Table positions) {
            table.kernel(Part.ENCODER, POSITIONS, config.maxPositionEmbeddings(), embedding);
            if (positions.buckets() > 0) {
                table.kernel(Part.ENCODER, DISTANCES, positions.buckets(), config.numAttentionHeads());
            }
        }
        if (config.design().taskTypes() > 0) {
            table.kernel(Part.ENCODER, TASKS, config.design().taskTypes(), embedding);
        }
        table.norm(Part.ENCODER, EMBEDDINGS_NORM, embedding);
        if (embedding != hidden) {
            table.dense(Part.ENCODER, MAPPING, embedding, hidden);
        }
        layers(config).stream().distinct().forEach(layer -> table.layer(layer, hidden));
        if (config.design().normalizedFirst()) {
            table.norm(Part.ENCODER, LAST_NORM, hidden);
        }
        table.heads(hidden, embedding);
        return table.entries;
    }

    private void layer(LayerNames layer, long hidden) {
        for (String projection : List.of(layer.query(), layer.key(), layer.value(), layer.attentionOutput())) {
            dense(Part.ENCODER, projection, hidden, hidden, has(Biased.ATTENTION));
        }
        if (!layer.attentionNorm().isEmpty()) {
            norm(Part.ENCODER, layer.attentionNorm(), hidden);
        }
        dense(Part.ENCODER, layer.intermediate(), hidden, config.intermediateSize(), has(Biased.FEED_FORWARD));
        if (config.design().gated()) {
            dense(Part.ENCODER, layer.gate(), hidden, config.intermediateSize(), has(Biased.FEED_FORWARD));
        }
        dense(Part.ENCODER, layer.output(), config.intermediateSize(), hidden, has(Biased.FEED_FORWARD));
        norm(Part.ENCODER, layer.outputNorm(), hidden);
    }

    private void heads(long hidden, long embedding) {
        Set<Part> heads = Family.of(config.architecture()).heads();
        if (heads.contains(Part.POOLER)) {
            dense(Part.POOLER, POOLER, hidden, hidden);
        }
        dense(Part.MASKED_WORDS, TRANSFORM, hidden, embedding, has(Biased.HEAD));
        norm(Part.MASKED_WORDS, TRANSFORM_NORM, embedding);
        vector(Part.MASKED_WORDS, WORDS_BIAS, config.vocabSize(), Initializer.zeros(), Role.BIAS);
        if (heads.contains(Part.NEXT_SENTENCE)) {
            kernel(Part.NEXT_SENTENCE, NEXT_SENTENCE_WEIGHTS, 2, hidden);
            vector(Part.NEXT_SENTENCE, NEXT_SENTENCE_BIAS, 2, Initializer.zeros(), Role.BIAS);
        }
    }

    private boolean has(Biased part) {
        return config.design().biases().contains(part);
    }

    /**
     * What the weights of one encoder layer are called: the names of dense layers and of norms.
     *
     * @param attentionNorm empty where a first layer gets what the embeddings have normalized
     */
    record LayerNames(
            String query,
            String key,
            String value,
            String attentionOutput,
            String attentionNorm,
            String intermediate,
            String gate,
            String output,
            String outputNorm) {}

    /** The names of every layer's weights, from the first to the last; layers that share their weights share the names. */
    static List<LayerNames> layers(BertConfig config) {
        return IntStream.range(0, config.numHiddenLayers())
                .mapToObj(number -> {
                    String layer = layer(config, number);
                    return switch (config.architecture()) {
                        default ->
                            names(
                                    layer + "/attention",
                                    number == 0 && config.design().normalizedFirst()
                                            ? ""
                                            : layer + "/attention/output/LayerNorm",
                                    layer + "/intermediate/dense",
                                    layer + "/output/dense",
                                    layer + "/output/LayerNorm");
                        case ALBERT ->
                            names(
                                    layer + "/attention_1",
                                    layer + "/LayerNorm",
                                    layer + "/ffn_1/intermediate/dense",
                                    layer + "/ffn_1/intermediate/output/dense",
                                    layer + "/LayerNorm_1");
                    };
                })
                .toList();
    }

    /** What the names of a layer's weights begin with. */
    static String layer(BertConfig config, int number) {
        return switch (config.architecture()) {
            default -> "bert/encoder/layer_" + number;
            case ALBERT -> "bert/encoder/transformer/group_0/inner_group_0";
        };
    }

    private static LayerNames names(
            String attention, String attentionNorm, String intermediate, String output, String outputNorm) {
        return new LayerNames(
                attention + "/self/query",
                attention + "/self/key",
                attention + "/self/value",
                attention + "/output/dense",
                attentionNorm,
                intermediate,
                intermediate.replace("/intermediate/", "/gate/"),
                output,
                outputNorm);
    }

    private void dense(Part part, String name, long in, long out) {
        dense(part, name, in, out, true);
    }

    private void dense(Part part, String name, long in, long out, boolean biased) {
        kernel(part, name + "/kernel", in, out);
        if (biased) {
            vector(part, name + "/bias", out, Initializer.zeros(), Role.BIAS);
        }
    }

    private void norm(Part part, String name, long width) {
        vector(part, name + "/gamma", width, Initializer.ones(), Role.NORM);
        if (has(Biased.NORMALIZATION)) {
            vector(part, name + "/beta", width, Initializer.zeros(), Role.NORM);
        }
    }

    private void kernel(Part part, String name, long rows, long columns) {
        Initializer initializer = Initializer.truncatedNormal(config.initializerRange());
        entries.add(new Entry(part, name, Shape.of(rows, columns), initializer, Role.KERNEL));
    }

    private void vector(Part part, String name, long size, Initializer initializer, Role role) {
        entries.add(new Entry(part, name, Shape.of(size), initializer, role));
    }
}
