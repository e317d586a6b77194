package io.github.bert4j.relation;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** From probabilities to spans: every start takes the first end of the same label that is not before it. */
public record SpanDecoder(Thresholds thresholds) {

    /**
     * The spans of all labels, ordered by start, then by label.
     *
     * @param starts probability of each token to start a span, [length, labels]
     * @param ends probability of each token to end a span, [length, labels]
     * @param first the first token that may be part of a span
     * @param last the last one
     */
    public List<LabelledSpan> decode(FloatValues starts, FloatValues ends, int first, int last) {
        List<LabelledSpan> spans = new ArrayList<>();
        for (int token = first; token <= last; token++) {
            for (int label = 0; label < starts.shape()[1]; label++) {
                // In float32, as the probabilities: 0.4f is more than 0.4.
                if (starts.get(token, label) > (float) thresholds.start()) {
                    OptionalInt end = firstEnd(ends, token, last, label);
                    if (end.isPresent()) {
                        spans.add(new LabelledSpan(new TokenSpan(token, end.getAsInt()), label));
                    }
                }
            }
        }
        return spans;
    }

    private OptionalInt firstEnd(FloatValues ends, int from, int last, int label) {
        return IntStream.rangeClosed(from, last)
                .filter(token -> ends.get(token, label) > (float) thresholds.end())
                .findFirst();
    }
}
