package io.github.bert4j.bert;

import io.github.bert4j.bert.BertConfig.Architecture;
import io.github.bert4j.bert.WeightTable.Entry;
import java.util.List;

/** The names in files of Hugging Face's library. */
record HuggingFaceNames(Family family) implements WeightNames {

    HuggingFaceNames(Architecture architecture) {
        this(Family.of(architecture));
    }

    @Override
    public Place of(Entry entry) {
        String name = entry.name();
        int end = name.lastIndexOf('/');
        String path = path(name.substring(0, end + 1));
        Family.Slice slice = family.slice(name);
        return switch (name.substring(end + 1)) {
            case "kernel" -> new Place(List.of(path + "weight"), true, slice);
            case "gamma" -> new Place(List.of(path + "weight", path + "gamma"), false);
            case "beta" -> new Place(List.of(path + "bias", path + "beta"), false);
            case "bias" -> new Place(List.of(path + "bias"), false, slice);
            case "output_weights" -> new Place(List.of(path + "weight"), false); // [2, hidden] in both
            case "output_bias" -> new Place(List.of(path + "bias", path + "decoder.bias"), false);
            default -> new Place(List.of(path(name + "/") + "weight"), false); // a table of embeddings
        };
    }

    @Override
    public List<String> bases() {
        return family.bases();
    }

    @Override
    public String words() {
        return path(WeightTable.WORDS + "/").substring(bases().get(0).length()) + "weight";
    }

    /**
     * Whether a tensor is no weight of its own: numbered positions, constants, or the word embeddings again as the output
     * layer of the masked-word head.
     */
    static boolean isRepetition(String name) {
        return name.endsWith("embeddings.position_ids")
                || name.endsWith("embeddings.token_type_ids")
                || name.endsWith("encoder.embed_positions.weight")
                || name.endsWith("relative_positions_encoding.positions_encoding")
                || name.endsWith("decoder.weight")
                || name.endsWith("decoder.bias")
                || name.endsWith("generator_lm_head.weight")
                || name.endsWith("vocab_projector.weight");
    }

    private String path(String ours) {
        return Family.Renaming.all(family.allRenamings(), ours).replace('/', '.');
    }
}
