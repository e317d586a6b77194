package io.github.bert4j.entity;

import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.entity.Tag.Place;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A dense layer scores tags, {@code O} and for each label {@code B} and {@code I}, and a CRF what follows what.
 *
 * @param predicting tokens [batch, length] → emissions [batch, length, tags]
 * @param training tokens and tags, [batch, length] each → negative log-likelihoods [batch]
 */
record CrfModel(List<String> labels, Crf crf, Model predicting, Model training) implements SpanModel {
    /** Transitions must become as large as emissions while BERT hardly moves. */
    private static final double BOOST = 100;

    static CrfModel of(Tensor tokens, Tensor real, Tensor vectors, List<String> labels) {
        Tensor emissions = dense(1 + 2 * labels.size()).apply(vectors);
        Tensor tags = tokens.graph().ints("tags", Shape.UNKNOWN, Shape.UNKNOWN);
        Crf crf = new Crf(BOOST);
        Tensor losses = crf.apply(emissions, tags, real);
        return new CrfModel(
                labels,
                crf,
                Model.of(tokens).to(emissions),
                Model.of(tokens, tags).to(losses));
    }

    @Override
    public CompiledModel compile(Optimizer optimizer) {
        Tensor losses = training.outputs().get(0);
        return training.compile(
                List.of(LossTerm.perSample(losses, training.inputs().get(0))), optimizer);
    }

    @Override
    public boolean overlaps() {
        return false;
    }

    @Override
    public Sample sample(int[] ids, List<LabelledSpan> spans) {
        int[] tags = new int[ids.length];
        for (LabelledSpan found : spans) {
            TokenSpan span = found.span();
            tags[span.start()] = 1 + 2 * found.label();
            Arrays.fill(tags, span.start() + 1, span.end() + 1, 2 + 2 * found.label());
        }
        return Sample.of(ids, tags);
    }

    @Override
    public List<LabelledSpan> decode(FloatValues scores) {
        List<Tag> tags =
                Arrays.stream(crf.decode(scores.values())).mapToObj(this::tag).toList();
        List<LabelledSpan> spans = new ArrayList<>();
        for (Tag.Run run : Tag.runs(tags).runs()) {
            spans.add(new LabelledSpan(new TokenSpan(run.first(), run.last()), labels.indexOf(run.label())));
        }
        return spans;
    }

    private Tag tag(int number) {
        return number == 0
                ? Tag.OUTSIDE
                : new Tag(number % 2 == 1 ? Place.BEGIN : Place.INSIDE, labels.get((number - 1) / 2));
    }
}
