package io.github.bert4j.entity;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Optimizer;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Spans by tags, which do not overlap.
 *
 * @param predicting tokens [batch, length] → emissions [batch, length, tags]
 * @param training tokens and tags, [batch, length] each → negative log-likelihoods [batch]
 */
record CrfModel(TagModel tags, Model predicting, Model training) implements SpanModel {

    static CrfModel of(Tensor tokens, Tensor vectors, List<String> labels) {
        TagModel tags = TagModel.of(tokens, vectors, labels);
        return new CrfModel(
                tags,
                Model.of(tokens).to(tags.emissions()),
                Model.of(tokens, tags.tags()).to(tags.losses()));
    }

    @Override
    public OnnxModel exported() {
        Crf.Scores scores = tags.crf().scores();
        return OnnxModel.of(Model.of(predicting.inputs().get(0))
                        .to(tags.emissions(), scores.transitions(), scores.starts(), scores.ends()))
                .withOutputs("emissions", "transitions", "starts", "ends");
    }

    @Override
    public CompiledModel compile(Optimizer optimizer) {
        return training.compile(List.of(LossTerm.perSample(tags.losses(), tags.tags())), optimizer);
    }

    @Override
    public boolean overlaps() {
        return false;
    }

    @Override
    public Sample sample(int[] ids, List<LabelledSpan> spans) {
        return Sample.of(ids, tags.encode(ids.length, spans));
    }

    @Override
    public List<LabelledSpan> decode(FloatValues scores) {
        return tags.decode(scores);
    }

    @Override
    public OptionalDouble probability(FloatValues scores, LabelledSpan span) {
        return OptionalDouble.empty();
    }
}
