package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanProbabilitiesTest {
    private static final OurTokenizer TOKENIZER = OurTokenizer.cased(Extractors.vocabulary(List.of("跌松涛电器")));

    @Test
    void isTheSoftmaxOfAWindowThatHoldsTheWholeText() {
        EventQuestion question = EventQuestion.of(new Event("松", "跌"), TOKENIZER);
        List<Window> windows = new TextWindows(TOKENIZER, 64).of(question.prefix(), "松");
        float[] starts = {-1, 0, 1, 2, 3, 0.5f, 90, 80, 89, 0};
        float[] ends = {0, 0, 0, 0, 0, 0, 0, 0, 0, -1e10f};
        SpanProbabilities all = SpanProbabilities.of(question, windows, List.of(prediction(starts, ends)));
        double sum = Math.exp(90) + Math.exp(80) + Math.exp(89);
        double[] expected = new double[10];
        for (int i = 0; i < 10; i++) {
            expected[i] = Math.exp(starts[i]) / sum;
        }
        assertArrayEquals(expected, all.start(), 1e-12);
        assertEquals(1 / 9.0, all.end()[8], 1e-15);
        assertEquals(0, all.end()[9]);
    }

    /** The prefix takes 7 tokens, so windows of 15 tokens hold 6 characters: 0 to 5, 3 to 8, 4 to 9. */
    @Test
    void takesEveryTokenFromTheWindowWhereItIsFarthestFromACut() {
        String text = "松涛电器松涛电器松涛";
        EventQuestion question = EventQuestion.of(new Event(text, "跌"), TOKENIZER);
        List<Window> windows = new TextWindows(TOKENIZER, 15).of(question.prefix(), text);
        assertEquals(3, windows.size());
        List<Prediction> logits = new ArrayList<>();
        for (int window = 0; window < 3; window++) {
            float[] numbers = new float[15];
            for (int token = 0; token < 15; token++) {
                numbers[token] = window + token / 100f;
            }
            logits.add(prediction(numbers, numbers));
        }
        // Characters 0 to 4 from the first window, 5 and 6 from the second: 4 and 6 are as far from a cut in the next.
        double[] expected = new double[19];
        for (int token = 0; token < expected.length; token++) {
            int window = token < 13 ? 0 : token < 15 ? 1 : 2;
            expected[token] = window + (token - List.of(0, 3, 4).get(window)) / 100.0;
        }
        SpanProbabilities all = SpanProbabilities.of(question, windows, logits);
        for (int token = 1; token < expected.length; token++) {
            assertEquals(
                    expected[token] - expected[0],
                    Math.log(all.start()[token] / all.start()[0]),
                    1e-6,
                    "token " + token);
        }
        assertArrayEquals(all.start(), all.end());
    }

    @Test
    void averagesModels() {
        SpanProbabilities mean = SpanProbabilities.mean(List.of(
                new SpanProbabilities(new double[] {0.2, 0.8}, new double[] {1, 0}),
                new SpanProbabilities(new double[] {0.6, 0.4}, new double[] {0, 1}),
                new SpanProbabilities(new double[] {0.1, 0.9}, new double[] {0, 1})));
        assertArrayEquals(new double[] {0.3, 0.7}, mean.start(), 1e-15);
        assertArrayEquals(new double[] {1 / 3.0, 2 / 3.0}, mean.end(), 1e-15);
    }

    @Test
    void isZeroWhereNoEndIsLeft() {
        assertEquals(0, new SpanProbabilities(new double[] {0, 1}, new double[] {1, 0}).of(1, 1));
    }

    /** 0.7 · 0.2 ÷ (0.3 + 0.2): of the ends, those not before the start. */
    @Test
    void isTheStartsProbabilityTimesTheEndsAmongThoseThatAreLeft() {
        SpanProbabilities said = new SpanProbabilities(new double[] {0.1, 0.7, 0.2}, new double[] {0.5, 0.3, 0.2});
        assertEquals(0.28, said.of(1, 2), 1e-15);
        assertEquals(0.42, said.of(1, 1), 1e-15);
        assertEquals(0.02, said.of(0, 2), 1e-15);
    }

    /** e^1000 is beyond what a double holds. */
    @Test
    void doesNotOverflow() {
        EventQuestion question = EventQuestion.of(new Event("松", "跌"), TOKENIZER);
        List<Window> windows = new TextWindows(TOKENIZER, 64).of(question.prefix(), "松");
        float[] large = {0, 0, 0, 0, 0, 0, 1000, 1000, 1000, 0};
        SpanProbabilities said = SpanProbabilities.of(question, windows, List.of(prediction(large, large)));
        assertEquals(1 / 3.0, said.start()[6], 1e-12);
        assertEquals(0, said.start()[0], 1e-12);
    }

    private static Prediction prediction(float[] starts, float[] ends) {
        return new Prediction(List.of(FloatValues.of(starts), FloatValues.of(ends)));
    }
}
