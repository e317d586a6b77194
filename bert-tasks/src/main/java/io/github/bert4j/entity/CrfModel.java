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

/**
 * Spans by tags, which do not overlap.
 *
 * @param predicting tokens [batch, length] → emissions [batch, length, tags]
 * @param training tokens and tags, [batch, length] each → negative log-likelihoods [batch]
 */
record CrfModel(TagModel network, Model predicting, Model training) implements SpanModel {

    static CrfModel of(Tensor tokens, Tensor vectors, List<String> labels) {
        TagModel network = TagModel.of(tokens, vectors, labels);
        return new CrfModel(
                network,
                Model.of(tokens).to(network.emissions()),
                Model.of(tokens, network.tags()).to(network.losses()));
    }

    @Override
    public OnnxModel exported() {
        Crf.Scores scores = network.crf().scores();
        return OnnxModel.of(Model.of(predicting.inputs().get(0))
                        .to(network.emissions(), scores.transitions(), scores.starts(), scores.ends()))
                .withOutputs("emissions", "transitions", "starts", "ends");
    }

    @Override
    public CompiledModel compile(Optimizer optimizer) {
        return training.compile(List.of(LossTerm.perSample(network.losses(), network.tags())), optimizer);
    }

    @Override
    public boolean overlaps() {
        return false;
    }

    @Override
    public Sample sample(int[] ids, List<LabelledSpan> spans) {
        return Sample.of(ids, network.encode(ids.length, spans));
    }

    @Override
    public List<LabelledSpan> decode(FloatValues scores) {
        return network.decode(scores);
    }
}
