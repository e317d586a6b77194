package io.github.bert4j.bert;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Weight.Role;
import java.util.ArrayList;
import java.util.List;

/** The names and shapes of BERT's weights, as in Google's checkpoints. */
final class WeightTable {
    static final String EMBEDDINGS = "bert/embeddings";
    static final String WORDS = "bert/embeddings/word_embeddings";
    static final String SEGMENTS = "bert/embeddings/token_type_embeddings";
    static final String POSITIONS = "bert/embeddings/position_embeddings";
    static final String EMBEDDINGS_NORM = "bert/embeddings/LayerNorm";
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
        NEXT_SENTENCE
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
        table.kernel(Part.ENCODER, WORDS, config.vocabSize(), hidden);
        table.kernel(Part.ENCODER, SEGMENTS, config.typeVocabSize(), hidden);
        table.kernel(Part.ENCODER, POSITIONS, config.maxPositionEmbeddings(), hidden);
        table.norm(Part.ENCODER, EMBEDDINGS_NORM);
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            String layer = layer(i);
            table.dense(Part.ENCODER, layer + "/attention/self/query", hidden, hidden);
            table.dense(Part.ENCODER, layer + "/attention/self/key", hidden, hidden);
            table.dense(Part.ENCODER, layer + "/attention/self/value", hidden, hidden);
            table.dense(Part.ENCODER, layer + "/attention/output/dense", hidden, hidden);
            table.norm(Part.ENCODER, layer + "/attention/output/LayerNorm");
            table.dense(Part.ENCODER, layer + "/intermediate/dense", hidden, config.intermediateSize());
            table.dense(Part.ENCODER, layer + "/output/dense", config.intermediateSize(), hidden);
            table.norm(Part.ENCODER, layer + "/output/LayerNorm");
        }
        table.dense(Part.POOLER, POOLER, hidden, hidden);
        table.dense(Part.MASKED_WORDS, TRANSFORM, hidden, hidden);
        table.norm(Part.MASKED_WORDS, TRANSFORM_NORM);
        table.vector(Part.MASKED_WORDS, WORDS_BIAS, config.vocabSize(), Initializer.zeros(), Role.BIAS);
        table.kernel(Part.NEXT_SENTENCE, NEXT_SENTENCE_WEIGHTS, 2, hidden);
        table.vector(Part.NEXT_SENTENCE, NEXT_SENTENCE_BIAS, 2, Initializer.zeros(), Role.BIAS);
        return table.entries;
    }

    static String layer(int number) {
        return "bert/encoder/layer_" + number;
    }

    private void dense(Part part, String name, long in, long out) {
        kernel(part, name + "/kernel", in, out);
        vector(part, name + "/bias", out, Initializer.zeros(), Role.BIAS);
    }

    private void norm(Part part, String name) {
        vector(part, name + "/gamma", config.hiddenSize(), Initializer.ones(), Role.NORM);
        vector(part, name + "/beta", config.hiddenSize(), Initializer.zeros(), Role.NORM);
    }

    private void kernel(Part part, String name, long rows, long columns) {
        Initializer initializer = Initializer.truncatedNormal(config.initializerRange());
        entries.add(new Entry(part, name, Shape.of(rows, columns), initializer, Role.KERNEL));
    }

    private void vector(Part part, String name, long size, Initializer initializer, Role role) {
        entries.add(new Entry(part, name, Shape.of(size), initializer, role));
    }
}
