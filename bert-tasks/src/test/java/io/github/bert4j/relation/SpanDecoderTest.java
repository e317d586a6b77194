package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanDecoderTest {
    private static final SpanDecoder DECODER = new SpanDecoder(Thresholds.DEFAULTS);

    @Test
    void takesTheFirstEndThatIsNotBeforeTheStart() {
        // Token:          [CLS]  1     2     3     4     5   [SEP]
        float[] starts = {0, 0, 0.9f, 0, 0, 0, 0};
        float[] ends = {0, 0.9f, 0, 0, 0.6f, 0.9f, 0};
        assertEquals(List.of(subject(2, 4)), subjects(starts, ends));
    }

    @Test
    void takesASingleTokenThatIsBothStartAndEnd() {
        float[] starts = {0, 0, 0.9f, 0, 0, 0, 0};
        float[] ends = {0, 0, 0.9f, 0.9f, 0, 0, 0};
        assertEquals(List.of(subject(2, 2)), subjects(starts, ends));
    }

    @Test
    void needsMoreThanTheThresholds() {
        assertEquals(List.of(), subjects(new float[] {0, 0.5f, 0}, new float[] {0, 0.9f, 0}));
        assertEquals(List.of(), subjects(new float[] {0, 0.9f, 0}, new float[] {0, 0.4f, 0}));
        assertEquals(
                List.of(subject(1, 1)),
                subjects(new float[] {0, Math.nextUp(0.5f), 0}, new float[] {0, Math.nextUp(0.4f), 0}));
    }

    @Test
    void dropsAStartWithoutAnEnd() {
        float[] starts = {0, 0, 0, 0.9f, 0, 0, 0};
        float[] ends = {0, 0.9f, 0.9f, 0.4f, 0.1f, 0, 0};
        assertEquals(List.of(), subjects(starts, ends));
    }

    @Test
    void letsTwoStartsShareAnEnd() {
        float[] starts = {0, 0.9f, 0, 0.9f, 0, 0.9f, 0};
        float[] ends = {0, 0, 0, 0, 0.9f, 0.9f, 0};
        assertEquals(List.of(subject(1, 4), subject(3, 4), subject(5, 5)), subjects(starts, ends));
    }

    @Test
    void leavesSpecialTokensOut() {
        float[] starts = {0.9f, 0, 0, 0, 0, 0.9f, 0.9f};
        float[] ends = {0.9f, 0, 0, 0, 0, 0, 0.9f};
        assertEquals(List.of(), subjects(starts, ends));
    }

    @Test
    void pairsStartsAndEndsOfTheSamePredicate() {
        // [length 6, predicates 3]
        FloatValues starts = new FloatValues(
                new float[] {
                    0, 0, 0, //
                    0.9f, 0, 0.9f, //
                    0, 0.6f, 0, //
                    0, 0, 0.8f, //
                    0, 0, 0, //
                    0, 0, 0
                },
                6,
                3);
        FloatValues ends = new FloatValues(
                new float[] {
                    0, 0, 0, //
                    0, 0.9f, 0, //
                    0.5f, 0, 0, //
                    0, 0, 0, //
                    0.9f, 0, 0.9f, //
                    0, 0.9f, 0
                },
                6,
                3);
        assertEquals(
                List.of(
                        new LabelledSpan(new TokenSpan(1, 2), 0),
                        new LabelledSpan(new TokenSpan(1, 4), 2),
                        new LabelledSpan(new TokenSpan(3, 4), 2)),
                DECODER.decode(starts, ends, 1, 4));
    }

    @Test
    void followsOtherThresholds() {
        SpanDecoder strict = new SpanDecoder(new Thresholds(0.8, 0.9));
        FloatValues starts = new FloatValues(new float[] {0, 0.85f, 0.7f, 0, 0}, 5, 1);
        FloatValues ends = new FloatValues(new float[] {0, 0.85f, 0, 0.95f, 0}, 5, 1);
        assertEquals(List.of(subject(1, 3)), strict.decode(starts, ends, 1, 3));
    }

    private static List<LabelledSpan> subjects(float[] starts, float[] ends) {
        int length = starts.length;
        return DECODER.decode(new FloatValues(starts, length, 1), new FloatValues(ends, length, 1), 1, length - 2);
    }

    private static LabelledSpan subject(int start, int end) {
        return new LabelledSpan(new TokenSpan(start, end), 0);
    }
}
