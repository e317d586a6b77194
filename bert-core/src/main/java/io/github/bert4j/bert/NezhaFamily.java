package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * NEZHA, whose keys and values get vectors of their distance: {@code modeling_nezha.py}; Wei et al., "NEZHA: Neural
 * Contextualized Representation for Chinese Language Understanding".
 */
final class NezhaFamily extends Family {
    private static final String FARTHEST = "max_relative_position";

    NezhaFamily() {
        super("nezha");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        return Design.BERT
                .withPositions(new Positions.Distances(fields.integer(FARTHEST, 64)))
                .withEpsilon(fields.number("layer_norm_eps", Design.BERT.epsilon()));
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        super.write(config, json);
        json.put(FARTHEST, ((Positions.Distances) config.design().positions()).farthest());
    }

    @Override
    Set<WeightTable.Part> heads() {
        return WeightTable.Part.OF_BERT;
    }

    @Override
    String className() {
        return "NezhaForPreTraining";
    }

    @Override
    List<String> bases() {
        return List.of("nezha.", "bert.");
    }

    @Override
    List<Renaming> renamings() {
        return List.of(new Renaming("bert/", "nezha/"), new Renaming("/layer_", "/layer/"));
    }
}
