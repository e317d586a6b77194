package io.github.bert4j.event;

import io.github.bert4j.data.Sample;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.OurTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows as {@link SubjectModel} learns from them: tokens, and the first and last token of the entity's first occurrence.
 */
record TrainingSamples(List<Sample> samples, LeftOut leftOut) {

    static TrainingSamples of(List<LabelledEvent> rows, int maxLength, OurTokenizer tokenizer) {
        List<Sample> samples = new ArrayList<>();
        int other = 0;
        int withoutEntity = 0;
        int notFound = 0;
        for (LabelledEvent row : rows) {
            if (row.isOther()) {
                other++;
            } else if (row.lacksEntity()) {
                withoutEntity++;
            } else {
                EventQuestion question = EventQuestion.cut(row.event(), maxLength, tokenizer);
                Optional<TokenSpan> span = question.find(row.entity(), tokenizer);
                if (span.isEmpty()) {
                    notFound++;
                }
                span.ifPresent(answer -> samples.add(
                        Sample.of(question.encoding().ids(), new int[] {answer.start()}, new int[] {answer.end()})));
            }
        }
        return new TrainingSamples(samples, new LeftOut(rows.size(), other, withoutEntity, notFound));
    }
}
