package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * MPNet, whose attention has a learned bias by distance: {@code modeling_mpnet.py}; Song et al., "MPNet: Masked and Permuted
 * Pre-training for Language Understanding".
 */
final class MpnetFamily extends Family {
    private static final String BUCKETS = "relative_attention_num_buckets";
    /** The id of padding, 1, is no matter of the configuration here. */
    private static final int FIRST_POSITION = 2;

    MpnetFamily() {
        super("MPNetForMaskedLM", "mpnet");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        return super.design(fields).withGeluHead();
    }

    @Override
    Positions positions(ConfigFields fields) throws IOException {
        return new Positions.Table(FIRST_POSITION, fields.integer(BUCKETS, 32));
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        super.write(config, json);
        json.put("pad_token_id", FIRST_POSITION - 1)
                .put(BUCKETS, ((Positions.Table) config.design().positions()).buckets());
    }

    @Override
    int segments() {
        return 0;
    }

    @Override
    Set<WeightTable.Part> heads() {
        return EnumSet.of(WeightTable.Part.POOLER, WeightTable.Part.MASKED_WORDS);
    }

    @Override
    List<Renaming> renamings() {
        return List.of(
                new Renaming("bert/embeddings/relative_attention_bias/", "bert/encoder/relative_attention_bias/"),
                new Renaming("/attention/self/query/", "/attention/attn/q/"),
                new Renaming("/attention/self/key/", "/attention/attn/k/"),
                new Renaming("/attention/self/value/", "/attention/attn/v/"),
                new Renaming("/attention/output/dense/", "/attention/attn/o/"),
                new Renaming("/attention/output/LayerNorm/", "/attention/LayerNorm/"),
                new Renaming("cls/predictions/transform/dense/", "lm_head/dense/"),
                new Renaming("cls/predictions/transform/LayerNorm/", "lm_head/layer_norm/"),
                new Renaming("cls/predictions/", "lm_head/"));
    }
}
