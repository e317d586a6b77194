package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.kernels.Rotation;
import java.util.List;
import java.util.Optional;

/**
 * RoFormer, which turns queries and keys by their places: {@code modeling_roformer.py}; Su et al., "RoFormer: Enhanced
 * Transformer with Rotary Position Embedding".
 */
final class RoFormerFamily extends Family {
    private static final String VALUES = "rotary_value";
    private static final double BASE = 10_000;

    RoFormerFamily() {
        super("RoFormerForMaskedLM", "roformer");
    }

    @Override
    Positions positions(ConfigFields fields) {
        return new Positions.Rotary(Rotation.Pairs.NEIGHBOURS, fields.flag(VALUES, false), BASE, Optional.empty());
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        super.write(config, json);
        json.put(VALUES, ((Positions.Rotary) config.design().positions()).values());
    }

    @Override
    List<Renaming> renamings() {
        return List.of(new Renaming("bert/encoder/embedding_hidden_mapping_in/", "bert/embeddings_project/"));
    }
}
