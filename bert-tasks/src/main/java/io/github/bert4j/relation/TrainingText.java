package io.github.bert4j.relation;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A text to learn from.
 *
 * @param ids its tokens
 * @param objects by subject, in the order of the data
 */
public record TrainingText(int[] ids, Map<TokenSpan, List<LabelledSpan>> objects) {

    /**
     * Tokens [length]; starts and ends of all subjects, [length, 1] each; the first and the last token of one subject, [1]
     * each; starts and ends of its objects, [length, predicates] each.
     *
     * <p>The subject's start is drawn from all starts and its end, independently, from the ends not before it. A start and
     * an end that do not belong together have no objects: so the model learns to reject subjects found by mistake.
     */
    public Sample sample(int predicates, SplittableRandom random) {
        List<LabelledSpan> subjects =
                objects.keySet().stream().map(span -> new LabelledSpan(span, 0)).toList();
        int start = draw(objects.keySet().stream().mapToInt(TokenSpan::start).toArray(), random);
        int end = draw(
                objects.keySet().stream()
                        .mapToInt(TokenSpan::end)
                        .filter(last -> last >= start)
                        .toArray(),
                random);
        List<LabelledSpan> found = objects.getOrDefault(new TokenSpan(start, end), List.of());
        return Sample.of(ids)
                .with(
                        starts(subjects, 1),
                        ends(subjects, 1),
                        IntValues.of(start),
                        IntValues.of(end),
                        starts(found, predicates),
                        ends(found, predicates));
    }

    private static int draw(int[] values, SplittableRandom random) {
        return values[random.nextInt(values.length)];
    }

    private FloatValues starts(Collection<LabelledSpan> spans, int labels) {
        FloatValues marks = blank(labels);
        spans.forEach(found -> marks.values()[found.span().start() * labels + found.label()] = 1);
        return marks;
    }

    private FloatValues ends(Collection<LabelledSpan> spans, int labels) {
        FloatValues marks = blank(labels);
        spans.forEach(found -> marks.values()[found.span().end() * labels + found.label()] = 1);
        return marks;
    }

    private FloatValues blank(int labels) {
        return new FloatValues(new float[ids.length * labels], ids.length, labels);
    }
}
