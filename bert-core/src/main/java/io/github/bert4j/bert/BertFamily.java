package io.github.bert4j.bert;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** BERT: {@code modeling_bert.py}. */
final class BertFamily extends Family {
    BertFamily() {
        super("bert");
    }

    @Override
    Design design(ConfigFields fields) throws IOException {
        return Design.BERT.withEpsilon(fields.number("layer_norm_eps", Design.BERT.epsilon()));
    }

    @Override
    Set<WeightTable.Part> heads() {
        return WeightTable.Part.OF_BERT;
    }

    @Override
    String className() {
        return "BertForPreTraining";
    }

    @Override
    List<String> bases() {
        return List.of("bert.");
    }

    @Override
    List<Renaming> renamings() {
        return List.of(new Renaming("/layer_", "/layer/"));
    }
}
