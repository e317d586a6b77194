package io.github.bert4j.entity;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.train.Optimizer;
import java.util.List;
import java.util.OptionalDouble;

/** Finds labelled spans of tokens: layers on BERT's vectors, and the way from spans to what they learn from and back. */
sealed interface SpanModel permits CrfModel, PointerModel {

    /**
     * Adds the layers.
     *
     * @param tokens ids, [batch, length]
     * @param vectors BERT's, [batch, length, hidden]
     */
    static SpanModel of(EntityHead head, Tensor tokens, Tensor vectors, List<String> labels) {
        return switch (head) {
            case CRF -> CrfModel.of(tokens, vectors, labels);
            case GLOBAL_POINTER -> PointerModel.of(tokens, real(tokens), vectors, labels.size());
        };
    }

    /** 1 where there is a token, 0 where there is padding, [batch, length]. */
    static Tensor real(Tensor tokens) {
        return tokens.notEqualTo(tokens.padding());
    }

    /** From tokens to the scores that {@link #decode} reads. */
    Model predicting();

    /** As {@link #predicting}, with what else {@link #decode} needs. */
    OnnxModel exported();

    /** The model that is trained, with all weights. */
    Model training();

    CompiledModel compile(Optimizer optimizer);

    /** Whether spans may overlap. */
    boolean overlaps();

    /** What the training model reads for a text. */
    Sample sample(int[] ids, List<LabelledSpan> spans);

    /** The spans of one text, in no order; they may hold special tokens. */
    List<LabelledSpan> decode(FloatValues scores);

    /** How probable a span is that {@link #decode} found; empty where the scores tell of whole sequences only. */
    OptionalDouble probability(FloatValues scores, LabelledSpan span);
}
