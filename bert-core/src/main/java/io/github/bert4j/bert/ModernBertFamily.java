package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.Design.Biased;
import io.github.bert4j.kernels.Rotation;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ModernBERT, whose layers normalize first, have a gate and mostly see what is near only: {@code modeling_modernbert.py};
 * Warner et al., "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder".
 */
final class ModernBertFamily extends Family {
    private static final String KINDS = "layer_types";
    private static final String NEAR = "sliding_attention";
    private static final String EVERYWHERE = "full_attention";
    private static final String WINDOW = "local_attention";
    private static final String BASE = "global_rope_theta";
    private static final String NEAR_BASE = "local_rope_theta";
    private static final String EPSILON = "norm_eps";
    private static final double USUAL_BASE = 160_000;
    private static final double USUAL_NEAR_BASE = 10_000;

    /** Fields that say whether something has a bias, and whether it has one where they are absent. */
    private static final Map<Biased, String> BIASES = Map.of(
            Biased.ATTENTION, "attention_bias",
            Biased.FEED_FORWARD, "mlp_bias",
            Biased.NORMALIZATION, "norm_bias",
            Biased.HEAD, "classifier_bias");

    ModernBertFamily() {
        super("ModernBertForMaskedLM", "modernbert");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        fields.expect("decoder_bias", "true");
        fields.expect("classifier_activation", "gelu");
        Set<Biased> biases = EnumSet.noneOf(Biased.class);
        BIASES.forEach((part, field) -> {
            if (fields.flag(field, false)) {
                biases.add(part);
            }
        });
        List<Integer> near = near(fields);
        Positions.Windows windows = new Positions.Windows(
                fields.integer(WINDOW, 128) / 2, base(fields, NEAR, NEAR_BASE, USUAL_NEAR_BASE), near);
        Positions positions = new Positions.Rotary(
                Rotation.Pairs.HALVES,
                false,
                base(fields, EVERYWHERE, BASE, USUAL_BASE),
                near.isEmpty() ? Optional.empty() : Optional.of(windows));
        return new Design(positions, (float) fields.number(EPSILON, 1e-5), 0, true, true, biases, true);
    }

    private static List<Integer> near(ConfigFields fields) throws IOException {
        int layers = fields.integer("num_hidden_layers");
        JsonNode kinds = fields.json().path(KINDS);
        if (!kinds.isArray()) {
            int every = Math.max(1, fields.integer("global_attn_every_n_layers", 3));
            return IntStream.range(0, layers)
                    .filter(layer -> layer % every != 0)
                    .boxed()
                    .toList();
        }
        if (kinds.size() != layers) {
            throw new IOException("%s: field %s has %d entries, expected one for each of %d layers"
                    .formatted(fields.file(), KINDS, kinds.size(), layers));
        }
        for (JsonNode kind : kinds) {
            if (!kind.asText().equals(NEAR) && !kind.asText().equals(EVERYWHERE)) {
                throw new IOException("%s: field %s has %s, expected \"%s\" or \"%s\""
                        .formatted(fields.file(), KINDS, kind, NEAR, EVERYWHERE));
            }
        }
        return IntStream.range(0, layers)
                .filter(layer -> kinds.get(layer).asText().equals(NEAR))
                .boxed()
                .toList();
    }

    /** The base of the angles of one kind of layer, as version 5 of the library writes it or as versions before did. */
    private static double base(ConfigFields fields, String kind, String field, double usual) throws IOException {
        JsonNode parameters = fields.json().path("rope_parameters").path(kind);
        if (!parameters.isObject()) {
            return fields.has(field) ? fields.number(field, usual) : usual;
        }
        ConfigFields own = new ConfigFields(fields.file(), parameters);
        own.expect("rope_type", "default");
        return own.number("rope_theta", usual);
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        Positions.Rotary positions = (Positions.Rotary) config.design().positions();
        json.put(EPSILON, config.design().epsilon()).put("decoder_bias", true).put(BASE, positions.base());
        List<Integer> near = positions.windows().map(Positions.Windows::layers).orElse(List.of());
        positions
                .windows()
                .ifPresent(windows -> json.put(WINDOW, 2 * windows.reach()).put(NEAR_BASE, windows.base()));
        BIASES.forEach((part, field) -> json.put(field, config.design().biases().contains(part)));
        ArrayNode kinds = json.putArray(KINDS);
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            kinds.add(near.contains(layer) ? NEAR : EVERYWHERE);
        }
    }

    @Override
    Map<String, String> fields() {
        return Map.of(
                "hidden_act", "hidden_activation",
                "hidden_dropout_prob", "mlp_dropout",
                "attention_probs_dropout_prob", "attention_dropout");
    }

    @Override
    int segments() {
        return 0;
    }

    @Override
    double usualDropout() {
        return 0;
    }

    /** Classifiers have {@code head.dense} and {@code head.norm} too. */
    @Override
    boolean sharesHead() {
        return true;
    }

    @Override
    List<String> bases() {
        return List.of("model.");
    }

    @Override
    List<Renaming> renamings() {
        return List.of(
                new Renaming("bert/encoder/layer_", "bert/layers/"),
                new Renaming("bert/encoder/LayerNorm/", "bert/final_norm/"),
                new Renaming("/word_embeddings/", "/tok_embeddings/"),
                new Renaming("/embeddings/LayerNorm/", "/embeddings/norm/"),
                new Renaming("/attention/self/query/", "/attn/Wqkv/"),
                new Renaming("/attention/self/key/", "/attn/Wqkv/"),
                new Renaming("/attention/self/value/", "/attn/Wqkv/"),
                new Renaming("/attention/output/dense/", "/attn/Wo/"),
                new Renaming("/attention/output/LayerNorm/", "/attn_norm/"),
                new Renaming("/intermediate/dense/", "/mlp/Wi/"),
                new Renaming("/gate/dense/", "/mlp/Wi/"),
                new Renaming("/output/dense/", "/mlp/Wo/"),
                new Renaming("/output/LayerNorm/", "/mlp_norm/"),
                new Renaming("cls/predictions/transform/dense/", "head/dense/"),
                new Renaming("cls/predictions/transform/LayerNorm/", "head/norm/"),
                new Renaming("cls/predictions/", "decoder/"));
    }

    @Override
    Slice slice(String weight) {
        List<String> projections = List.of("/self/query/", "/self/key/", "/self/value/");
        for (int i = 0; i < projections.size(); i++) {
            if (weight.contains(projections.get(i))) {
                return new Slice(i, projections.size());
            }
        }
        return weight.contains("/intermediate/")
                ? new Slice(0, 2)
                : weight.contains("/gate/") ? new Slice(1, 2) : Slice.WHOLE;
    }
}
