package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * RoBERTa and XLM-RoBERTa, whose positions are counted from behind the padding's id: {@code modeling_roberta.py}; Liu et al.,
 * "RoBERTa: A Robustly Optimized BERT Pretraining Approach".
 */
final class RobertaFamily extends Family {
    RobertaFamily(String className, String... types) {
        super(className, types);
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        return super.design(fields).withGeluHead();
    }

    @Override
    Positions positions(ConfigFields fields) throws IOException {
        return new Positions.Table(fields.integer("pad_token_id", 1) + 1, 0);
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        super.write(config, json);
        json.put("pad_token_id", config.design().positions().first() - 1);
    }

    @Override
    Set<WeightTable.Part> heads() {
        return EnumSet.of(WeightTable.Part.POOLER, WeightTable.Part.MASKED_WORDS);
    }

    @Override
    List<String> bases() {
        return List.of("roberta.");
    }

    @Override
    List<Renaming> renamings() {
        return List.of(
                new Renaming("cls/predictions/transform/dense/", "lm_head/dense/"),
                new Renaming("cls/predictions/transform/LayerNorm/", "lm_head/layer_norm/"),
                new Renaming("cls/predictions/", "lm_head/"));
    }
}
