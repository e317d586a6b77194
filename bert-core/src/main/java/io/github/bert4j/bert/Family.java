package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.BertConfig.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How Hugging Face's library spells one kind of encoder: the fields of its {@code config.json} and the names of its weights. */
abstract class Family {
    static final String EPSILON = "layer_norm_eps";

    private final String className;
    private final List<String> types;

    /**
     * @param className with the most heads, which {@code architectures} names
     * @param types values of {@code model_type}; the first is written
     */
    Family(String className, String... types) {
        this.className = className;
        this.types = List.of(types);
    }

    static Family of(Architecture architecture) {
        return switch (architecture) {
            case BERT -> new BertFamily();
            case ALBERT -> new AlbertFamily();
            case ROBERTA -> new RobertaFamily("RobertaForMaskedLM", "roberta", "camembert");
            case XLM_ROBERTA -> new RobertaFamily("XLMRobertaForMaskedLM", "xlm-roberta");
            case ELECTRA -> new ElectraFamily();
            case ERNIE -> new ErnieFamily();
            case DISTILBERT -> new DistilBertFamily();
            case MPNET -> new MpnetFamily();
            case ROFORMER -> new RoFormerFamily();
            case NEZHA -> new NezhaFamily();
            case MODERNBERT -> new ModernBertFamily();
        };
    }

    /** The one whose files have this {@code model_type}; empty if there is none. */
    static Optional<Architecture> named(String type) {
        return Stream.of(Architecture.values())
                .filter(architecture -> of(architecture).types.contains(type))
                .findFirst();
    }

    /** All values of {@code model_type} that are read. */
    static List<String> names() {
        return Stream.of(Architecture.values())
                .flatMap(architecture -> of(architecture).types.stream())
                .toList();
    }

    String type() {
        return types.get(0);
    }

    String className() {
        return className;
    }

    /** How it knows where tokens stand. */
    Positions positions(ConfigFields fields) throws IOException {
        return Positions.BERT;
    }

    /** What of the encoder is not as in BERT. */
    Design design(ConfigFields fields) throws IOException {
        return Design.BERT.withPositions(positions(fields)).withEpsilon(fields.number(EPSILON, Design.BERT.epsilon()));
    }

    /** Whether a checkpoint of another head may have a part of the masked-word head's weights, under its names. */
    boolean sharesHead() {
        return false;
    }

    /** Writes what {@link #design} reads. */
    void write(BertConfig config, ObjectNode json) {
        json.put(EPSILON, config.design().epsilon());
    }

    /** Fields that it calls otherwise than BERT's configuration does, by BERT's names. */
    Map<String, String> fields() {
        return Map.of();
    }

    String field(String ofBert) {
        return fields().getOrDefault(ofBert, ofBert);
    }

    /** Segments where the file does not tell their number. */
    int segments() {
        return 2;
    }

    double usualDropout() {
        return 0.1;
    }

    /** The heads that it can have beside the encoder. */
    Set<WeightTable.Part> heads() {
        return Set.of(WeightTable.Part.MASKED_WORDS);
    }

    /** What the names of its encoder begin with, which a file of the encoder alone lacks; the first is written. */
    List<String> bases() {
        return List.of(type() + ".");
    }

    /** How its names come from ours, one after the other; ours end with a slash. */
    List<Renaming> renamings() {
        return List.of();
    }

    /** {@link #renamings}, and what is renamed everywhere. */
    final List<Renaming> allRenamings() {
        Stream<Renaming> everywhere = Stream.of(
                new Renaming("/encoder/layer_", "/encoder/layer/"),
                new Renaming("bert/", bases().get(0).replace('.', '/')));
        return Stream.concat(renamings().stream(), everywhere).toList();
    }

    /** As {@link #renamings}, in TensorFlow checkpoints. */
    List<Renaming> tensorFlowRenamings() {
        return List.of();
    }

    /** Which part of the file's tensor a weight is, where the file has several in one. */
    Slice slice(String weight) {
        return Slice.WHOLE;
    }

    record Renaming(String ours, String theirs) {
        static String all(List<Renaming> renamings, String name) {
            String renamed = name;
            for (Renaming each : renamings) {
                renamed = renamed.replace(each.ours(), each.theirs());
            }
            return renamed;
        }
    }

    /** One of several equal parts along the first axis. */
    record Slice(int number, int count) {
        static final Slice WHOLE = new Slice(0, 1);
    }
}
