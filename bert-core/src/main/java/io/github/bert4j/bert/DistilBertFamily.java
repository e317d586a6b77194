package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * DistilBERT, which has no segments: {@code modeling_distilbert.py}; Sanh et al., "DistilBERT, a distilled version of BERT".
 */
final class DistilBertFamily extends Family {
    DistilBertFamily() {
        super("DistilBertForMaskedLM", "distilbert");
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        json.put("sinusoidal_pos_embds", false);
    }

    @Override
    Map<String, String> fields() {
        return Map.of(
                "hidden_size", "dim",
                "num_hidden_layers", "n_layers",
                "num_attention_heads", "n_heads",
                "intermediate_size", "hidden_dim",
                "hidden_act", "activation",
                "hidden_dropout_prob", "dropout",
                "attention_probs_dropout_prob", "attention_dropout");
    }

    @Override
    int segments() {
        return 0;
    }

    @Override
    List<Renaming> renamings() {
        return List.of(
                new Renaming("bert/encoder/layer_", "bert/transformer/layer/"),
                new Renaming("/attention/self/query/", "/attention/q_lin/"),
                new Renaming("/attention/self/key/", "/attention/k_lin/"),
                new Renaming("/attention/self/value/", "/attention/v_lin/"),
                new Renaming("/attention/output/dense/", "/attention/out_lin/"),
                new Renaming("/attention/output/LayerNorm/", "/sa_layer_norm/"),
                new Renaming("/intermediate/dense/", "/ffn/lin1/"),
                new Renaming("/output/dense/", "/ffn/lin2/"),
                new Renaming("/output/LayerNorm/", "/output_layer_norm/"),
                new Renaming("cls/predictions/transform/dense/", "vocab_transform/"),
                new Renaming("cls/predictions/transform/LayerNorm/", "vocab_layer_norm/"),
                new Renaming("cls/predictions/", "vocab_projector/"));
    }
}
