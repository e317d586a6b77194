package io.github.bert4j.bert;

import java.util.Set;

/** BERT: {@code modeling_bert.py}. */
final class BertFamily extends Family {
    BertFamily() {
        super("BertForPreTraining", "bert");
    }

    @Override
    Set<WeightTable.Part> heads() {
        return WeightTable.Part.OF_BERT;
    }
}
