package io.github.bert4j.entity;

import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.entity.Tag.Place;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A dense layer scores tags, {@code O} and for each label {@code B} and {@code I}, and a CRF what follows what; spans become
 * tags, and scores become spans.
 *
 * @param labels of spans, by number
 * @param tags the input that it learns from, int32 [batch, length]
 * @param emissions [batch, length, tags]
 * @param losses negative log-likelihoods of the tags, [batch]
 */
public record TagModel(List<String> labels, Crf crf, Tensor tags, Tensor emissions, Tensor losses) {
    /** Transitions must become as large as emissions while BERT hardly moves. */
    private static final double BOOST = 100;

    /**
     * Adds the layers.
     *
     * @param tokens ids, [batch, length]; where they are 0 is padding
     * @param vectors BERT's, [batch, length, hidden]
     */
    public static TagModel of(Tensor tokens, Tensor vectors, List<String> labels) {
        Tensor emissions = dense(1 + 2 * labels.size()).apply(vectors);
        Tensor tags = tokens.graph().ints("tags", Shape.UNKNOWN, Shape.UNKNOWN);
        Crf crf = new Crf(BOOST);
        return new TagModel(labels, crf, tags, emissions, crf.apply(emissions, tags, SpanModel.real(tokens)));
    }

    /** The tags of some tokens that hold these spans, none of which overlap. */
    public int[] encode(int length, List<LabelledSpan> spans) {
        int[] numbers = new int[length];
        for (LabelledSpan found : spans) {
            TokenSpan span = found.span();
            numbers[span.start()] = 1 + 2 * found.label();
            Arrays.fill(numbers, span.start() + 1, span.end() + 1, 2 + 2 * found.label());
        }
        return numbers;
    }

    /**
     * The spans of the most probable tags of one text, in its order; they may hold special tokens.
     *
     * @param scores emissions [length, tags]
     */
    public List<LabelledSpan> decode(FloatValues scores) {
        List<Tag> best =
                Arrays.stream(crf.decode(scores.values())).mapToObj(this::tag).toList();
        List<LabelledSpan> spans = new ArrayList<>();
        for (Tag.Run run : Tag.runs(best).runs()) {
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
