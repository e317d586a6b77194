package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** ALBERT, whose layers share one set of weights: {@code modeling_albert.py}. */
final class AlbertFamily extends Family {
    /** What ALBERT has here even where embeddings are as wide as layers; Google's code and ours have nothing there then. */
    static final String MAPPING = "encoder.embedding_hidden_mapping_in.weight";

    static final String GROUPS = "num_hidden_groups";
    private static final String IN_GROUP = "inner_group_num";

    AlbertFamily() {
        super("AlbertForPreTraining", "albert");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        requireOne(fields, GROUPS);
        requireOne(fields, IN_GROUP);
        return super.design(fields);
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        super.write(config, json);
        json.put(GROUPS, 1).put(IN_GROUP, 1);
    }

    /** ALBERT's other ways of sharing, which no published checkpoint uses. */
    private static void requireOne(ConfigFields fields, String field) throws IOException {
        int value = fields.integer(field, 1);
        if (value != 1) {
            throw new IOException(
                    "%s: field %s is %d, expected 1: layers that share their weights in groups are not supported"
                            .formatted(fields.file(), field, value));
        }
    }

    @Override
    Set<WeightTable.Part> heads() {
        return WeightTable.Part.OF_BERT;
    }

    @Override
    List<Renaming> renamings() {
        return List.of(
                new Renaming("/transformer/group_0/inner_group_0/", "/albert_layer_groups/0/albert_layers/0/"),
                new Renaming("/ffn_1/intermediate/output/dense/", "/ffn_output/"),
                new Renaming("/ffn_1/intermediate/dense/", "/ffn/"),
                new Renaming("/attention_1/self/", "/attention/"),
                new Renaming("/attention_1/output/dense/", "/attention/dense/"),
                new Renaming("/0/LayerNorm_1/", "/0/full_layer_layer_norm/"),
                new Renaming("/0/LayerNorm/", "/0/attention/LayerNorm/"),
                new Renaming("/pooler/dense/", "/pooler/"),
                new Renaming("cls/predictions/", "predictions/"),
                new Renaming("predictions/transform/", "predictions/"),
                new Renaming("cls/seq_relationship/", "sop_classifier/classifier/"));
    }
}
