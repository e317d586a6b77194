package io.github.bert4j.bert;

import java.io.IOException;
import java.util.List;

/**
 * ELECTRA, generator or discriminator, whose embeddings may be narrower than its layers: {@code modeling_electra.py}; Clark et
 * al., "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators".
 */
final class ElectraFamily extends Family {
    private static final String MAPPING = "bert/encoder/embedding_hidden_mapping_in/";

    ElectraFamily() {
        super("ElectraForMaskedLM", "electra");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        return super.design(fields).withGeluHead();
    }

    @Override
    List<Renaming> renamings() {
        return List.of(
                new Renaming(MAPPING, "electra/embeddings_project/"),
                new Renaming("cls/predictions/transform/", "generator_predictions/"),
                new Renaming("cls/predictions/", "generator_lm_head/"));
    }

    @Override
    List<Renaming> tensorFlowRenamings() {
        return List.of(
                new Renaming(MAPPING, "electra/embeddings_project/"),
                new Renaming("bert/", "electra/"),
                new Renaming("cls/predictions/transform/", "generator_predictions/"),
                new Renaming("cls/predictions/", "generator_predictions/"));
    }
}
