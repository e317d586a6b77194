package io.github.bert4j.bert;

import io.github.bert4j.bert.BertConfig.Architecture;
import io.github.bert4j.bert.WeightTable.Entry;
import java.util.List;

/**
 * The names in files of Hugging Face's {@code BertForPreTraining} and {@code AlbertForPreTraining}: Google's, renamed as
 * {@code load_tf_weights_in_bert} and {@code load_tf_weights_in_albert} of huggingface/transformers do.
 */
record HuggingFaceNames(Architecture architecture) implements WeightNames {
    /** What ALBERT has here even where embeddings are as wide as layers; Google's code and ours have nothing there then. */
    static final String MAPPING = "encoder.embedding_hidden_mapping_in.weight";

    private static final List<Renaming> BERT = List.of(new Renaming("/layer_", "/layer/"));

    private static final List<Renaming> ALBERT = List.of(
            new Renaming("bert/", "albert/"),
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

    private record Renaming(String google, String huggingFace) {}

    @Override
    public Place of(Entry entry) {
        String name = entry.name();
        int end = name.lastIndexOf('/');
        String path = path(name.substring(0, end + 1));
        String last = name.substring(end + 1);
        return switch (last) {
            case "kernel" -> new Place(List.of(path + "weight"), true);
            case "gamma" -> new Place(List.of(path + "weight", path + "gamma"), false);
            case "beta" -> new Place(List.of(path + "bias", path + "beta"), false);
            case "bias" -> new Place(List.of(path + "bias"), false);
            case "output_weights" -> new Place(List.of(path + "weight"), false); // [2, hidden] in both
            case "output_bias" -> new Place(List.of(path + "bias", path + "decoder.bias"), false);
            default -> new Place(List.of(path + last + ".weight"), false); // a table of embeddings
        };
    }

    @Override
    public String base() {
        return architecture == Architecture.ALBERT ? "albert." : "bert.";
    }

    @Override
    public String words() {
        return "embeddings.word_embeddings.weight";
    }

    /**
     * Whether a tensor is no weight of its own: numbered positions, or the word embeddings again as the output layer of the
     * masked-word head.
     */
    static boolean isRepetition(String name) {
        return name.endsWith("embeddings.position_ids")
                || name.endsWith("embeddings.token_type_ids")
                || name.endsWith("predictions.decoder.weight")
                || name.endsWith("predictions.decoder.bias");
    }

    private String path(String google) {
        String path = google;
        for (Renaming renaming : architecture == Architecture.ALBERT ? ALBERT : BERT) {
            path = path.replace(renaming.google(), renaming.huggingFace());
        }
        return path.replace('/', '.');
    }
}
