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
        super("NezhaForPreTraining", "nezha");
    }

    @Override
    Positions positions(ConfigFields fields) throws IOException {
        return new Positions.Distances(fields.integer(FARTHEST, 64));
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
    List<String> bases() {
        return List.of("nezha.", "bert.");
    }
}
