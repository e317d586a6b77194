package io.github.bert4j.pretraining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.pretraining.Document.Extract;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MaskingTest {
    private static final int SPECIAL = 5;
    private static final Vocabulary VOCABULARY = Vocabulary.of(Stream.concat(
                    Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                    IntStream.range(0, 1000).mapToObj(number -> "w" + number))
            .toList());
    private static final int LENGTH = 100;
    private static final SplittableRandom RANDOM = new SplittableRandom(5);

    @Test
    void masksFifteenPercentOfTheTokensAndOfTheseEightyTenAndTen() {
        Document document = document(1);
        int[] outcomes = new int[3];
        int rounds = 4000;
        for (int round = 0; round < rounds; round++) {
            Sample sample = mask(document);
            int[] ids = ints(sample, 0);
            int[] positions = ints(sample, 2);
            int[] labels = ((IntValues) sample.labels().get(0)).values();
            assertEquals(15, positions.length); // of 102
            for (int i = 0; i < positions.length; i++) {
                int original = document.ids()[positions[i] - 1];
                assertEquals(original, labels[i]);
                int id = ids[positions[i]];
                assertTrue(id == VOCABULARY.maskId() || id >= SPECIAL);
                outcomes[id == VOCABULARY.maskId() ? 0 : id == original ? 1 : 2]++;
            }
            List<Integer> masked = Arrays.stream(positions).boxed().toList();
            for (int position = 1; position <= LENGTH; position++) {
                if (!masked.contains(position)) {
                    assertEquals(document.ids()[position - 1], ids[position]);
                }
            }
            assertEquals(VOCABULARY.classificationId(), ids[0]);
            assertEquals(VOCABULARY.separatorId(), ids[LENGTH + 1]);
        }
        double all = 15.0 * rounds; // five deviations of a share are below 0.01
        assertEquals(0.8, outcomes[0] / all, 0.01);
        assertEquals(0.1, outcomes[1] / all, 0.01);
        assertEquals(0.1, outcomes[2] / all, 0.01);
    }

    @Test
    void masksWholeWords() {
        Document document = document(3);
        for (int round = 0; round < 100; round++) {
            List<Integer> masked =
                    Arrays.stream(ints(mask(document), 2)).boxed().toList();
            assertTrue(masked.size() <= 15 && masked.size() >= 12, "masked " + masked);
            for (int position : masked) {
                int first = (position - 1) / 3 * 3 + 1;
                for (int other = first; other < Math.min(first + 3, LENGTH + 1); other++) {
                    assertTrue(masked.contains(other), position + " without " + other);
                }
            }
        }
    }

    @Test
    void masksATextOfOneLongWord() {
        Document document = document(LENGTH);
        assertEquals(LENGTH, ints(mask(document), 2).length);
    }

    @Test
    void numbersSegmentsAndSaysWhatFollows() {
        Document document = document(1);
        Instance pair = new Instance(List.of(new Extract(document, 0, 2), new Extract(document, 5, 8)), true);
        Sample sample = new Masking(VOCABULARY, Objective.MASKED_WORDS_AND_NEXT_SENTENCES).sample(pair, RANDOM.split());
        assertEquals(
                List.of(0, 0, 0, 0, 1, 1, 1, 1),
                Arrays.stream(ints(sample, 1)).boxed().toList());
        assertEquals(0, ((IntValues) sample.labels().get(1)).values()[0]);
    }

    /** Ids that differ, in words of so many tokens. */
    private static Document document(int wordLength) {
        return new Document(
                IntStream.range(SPECIAL, SPECIAL + LENGTH).toArray(),
                IntStream.range(0, LENGTH).map(i -> i / wordLength).toArray(),
                new int[] {0, LENGTH});
    }

    private static Sample mask(Document document) {
        Instance instance = new Instance(List.of(document.lines(0, 1)), false);
        return new Masking(VOCABULARY, Objective.MASKED_WORDS).sample(instance, RANDOM.split());
    }

    private static int[] ints(Sample sample, int input) {
        return ((IntValues) sample.inputs().get(input)).values();
    }
}
