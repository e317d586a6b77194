package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainingTextTest {
    private static final TrainingText TEXT = new TrainingText(
            new int[] {101, 1, 2, 3, 4, 5, 102},
            Map.of(
                    new TokenSpan(1, 2),
                    List.of(new LabelledSpan(new TokenSpan(3, 4), 1), new LabelledSpan(new TokenSpan(5, 5), 0)),
                    new TokenSpan(3, 5),
                    List.of(new LabelledSpan(new TokenSpan(1, 1), 1))));

    @Test
    void marksAllSubjectsWhicheverIsDrawn() {
        for (int seed = 0; seed < 10; seed++) {
            Sample sample = TEXT.sample(2, new SplittableRandom(seed));
            assertEquals(
                    new FloatValues(new float[] {0, 1, 0, 1, 0, 0, 0}, 7, 1),
                    sample.inputs().get(1));
            assertEquals(
                    new FloatValues(new float[] {0, 0, 1, 0, 0, 1, 0}, 7, 1),
                    sample.inputs().get(2));
        }
    }

    @Test
    void drawsStartsEvenlyAndEndsFromThoseNotBeforeThem() {
        Map<List<Integer>, Integer> drawn = new HashMap<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 4000; i++) {
            Sample sample = TEXT.sample(2, random);
            drawn.merge(List.of(position(sample, 3), position(sample, 4)), 1, Integer::sum);
        }
        // Half of the starts are 1, with ends 2 and 5; from start 3 there is no end but 5.
        assertEquals(3, drawn.size(), drawn.toString());
        assertEquals(1000, drawn.get(List.of(1, 2)), 120);
        assertEquals(1000, drawn.get(List.of(1, 5)), 120);
        assertEquals(2000, drawn.get(List.of(3, 5)), 140);
    }

    @Test
    void marksTheObjectsOfThePairThatWasDrawn() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50; i++) {
            Sample sample = TEXT.sample(2, random);
            float[] starts = new float[14];
            float[] ends = new float[14];
            if (position(sample, 3) == 3) {
                starts[1 * 2 + 1] = ends[1 * 2 + 1] = 1;
            } else if (position(sample, 4) == 2) {
                starts[3 * 2 + 1] = ends[4 * 2 + 1] = 1;
                starts[5 * 2] = ends[5 * 2] = 1;
            }
            // Nothing at all for the start of one subject with the end of the other.
            assertArrayEquals(starts, ((FloatValues) sample.inputs().get(5)).values());
            assertArrayEquals(ends, ((FloatValues) sample.inputs().get(6)).values());
        }
    }

    private static int position(Sample sample, int input) {
        return ((IntValues) sample.inputs().get(input)).values()[0];
    }
}
