package io.github.bert4j.entity;

import static io.github.bert4j.layers.Layers.globalPointer;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A score for every stretch and label, above 0 for entities.
 *
 * @param training tokens [batch, length] → scores [batch, labels, first, last]
 */
record PointerModel(Model training) implements SpanModel {
    private static final int[] NO_SPAN = {-1, -1, -1};

    static PointerModel of(Tensor tokens, Tensor real, Tensor vectors, int labels) {
        return new PointerModel(Model.of(tokens).to(globalPointer(labels).apply(vectors, real)));
    }

    @Override
    public Model predicting() {
        return training;
    }

    @Override
    public OnnxModel exported() {
        return OnnxModel.of(training).withOutputs("scores");
    }

    @Override
    public CompiledModel compile(Optimizer optimizer) {
        return training.compile(Loss.spanCrossEntropy(), optimizer);
    }

    @Override
    public boolean overlaps() {
        return true;
    }

    @Override
    public Sample sample(int[] ids, List<LabelledSpan> spans) {
        int[] rows = Stream.concat(
                        spans.stream().map(found -> new int[] {
                            found.label(), found.span().start(), found.span().end()
                        }),
                        Stream.of(NO_SPAN))
                .flatMapToInt(IntStream::of)
                .toArray();
        return Sample.of(ids).labelled(new IntValues(rows, rows.length / 3, 3));
    }

    @Override
    public List<LabelledSpan> decode(FloatValues scores) {
        int length = scores.shape()[1];
        List<LabelledSpan> spans = new ArrayList<>();
        for (int label = 0; label < scores.shape()[0]; label++) {
            for (int start = 0; start < length; start++) {
                for (int end = start; end < length; end++) {
                    if (scores.get(label, start, end) > 0) {
                        spans.add(new LabelledSpan(new TokenSpan(start, end), label));
                    }
                }
            }
        }
        return spans;
    }

    @Override
    public OptionalDouble probability(FloatValues scores, LabelledSpan span) {
        float score = scores.get(span.label(), span.span().start(), span.span().end());
        return OptionalDouble.of(1 / (1 + Math.exp(-score)));
    }
}
