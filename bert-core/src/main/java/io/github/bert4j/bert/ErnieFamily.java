package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/** ERNIE, which may have embeddings of the task: {@code modeling_ernie.py}. */
final class ErnieFamily extends Family {
    private static final String TYPES = "task_type_vocab_size";
    private static final String USED = "use_task_id";

    ErnieFamily() {
        super("ErnieForPreTraining", "ernie");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        return super.design(fields).withTaskTypes(fields.flag(USED, false) ? fields.integer(TYPES, 3) : 0);
    }

    @Override
    void write(BertConfig config, ObjectNode json) {
        super.write(config, json);
        int types = config.design().taskTypes();
        json.put(USED, types > 0);
        if (types > 0) {
            json.put(TYPES, types);
        }
    }

    @Override
    Set<WeightTable.Part> heads() {
        return WeightTable.Part.OF_BERT;
    }
}
