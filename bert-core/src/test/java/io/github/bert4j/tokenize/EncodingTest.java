package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EncodingTest {
    private final Tokenizer tokenizer = OurTokenizer.cased(
            Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d", "e", "x", "y", "z")));

    @Test
    void framesOneText() {
        var encoding = tokenizer.encode("abc");
        assertArrayEquals(new int[] {2, 4, 5, 6, 3}, encoding.ids());
        assertArrayEquals(new int[] {0, 0, 0, 0, 0}, encoding.segments());
        assertEquals(5, encoding.length());
    }

    @Test
    void framesAPair() {
        var encoding = tokenizer.encode("ab", "x");
        assertEquals(List.of("[CLS]", "a", "b", "[SEP]", "x", "[SEP]"), encoding.tokens());
        assertArrayEquals(new int[] {0, 0, 0, 0, 1, 1}, encoding.segments());
    }

    @Test
    void countsOffsetsInEachTextOfAPairByItself() {
        var encoding = tokenizer.encode("ab", "xyz");
        assertEquals(0, encoding.start(1));
        assertEquals(0, encoding.start(4));
        assertEquals(1, encoding.end(4));
        assertEquals(3, encoding.end(6));
    }

    @Test
    void givesSpecialTokensAnEmptyRange() {
        var encoding = tokenizer.encode("abc", "xy", 6);
        assertEquals(List.of("[CLS]", "a", "b", "[SEP]", "x", "[SEP]"), encoding.tokens());
        int[][] ranges = {{0, 0}, {0, 1}, {1, 2}, {2, 2}, {0, 1}, {1, 1}};
        for (int i = 0; i < ranges.length; i++) {
            assertArrayEquals(ranges[i], new int[] {encoding.start(i), encoding.end(i)}, "token " + i);
        }
        var empty = tokenizer.encode("", "");
        assertEquals(0, empty.end(2));
    }

    @Test
    void cutsATextAtItsEnd() {
        assertEquals(
                List.of("[CLS]", "a", "b", "[SEP]"),
                tokenizer.encode("abcde", 4).tokens());
        assertEquals(7, tokenizer.encode("abcde", 7).length());
        assertEquals(7, tokenizer.encode("abcde", 8).length());
        assertEquals(List.of("[CLS]", "[SEP]"), tokenizer.encode("abcde", 2).tokens());
    }

    @Test
    void cutsTheLongerTextOfAPairFirstAndTheSecondIfBothAreEqual() {
        assertEquals("ab|xyz", pair("ab", "xyz", 8));
        assertEquals("ab|xy", pair("ab", "xyz", 7));
        assertEquals("ab|x", pair("ab", "xyz", 6));
        assertEquals("a|x", pair("ab", "xyz", 5));
        assertEquals("a|", pair("ab", "xyz", 4));
        assertEquals("|", pair("ab", "xyz", 3));
        assertEquals("abcd|x", pair("abcde", "x", 8));
        assertEquals("ab|xy", pair("abcde", "xyz", 7));
    }

    @Test
    void rejectsALengthWithoutRoomForTheSpecialTokens() {
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a", 1));
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a", Integer.MIN_VALUE));
        var error = assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a", "x", 2));
        assertTrue(error.getMessage().contains("expected at least 3, got 2"), error.getMessage());
    }

    @Test
    void padsABatchToItsLongest() {
        var encodings = List.of(tokenizer.encode("a"), tokenizer.encode("b", "xy"), tokenizer.encode(""));
        int[][] ids = {{2, 4, 3, 0, 0, 0}, {2, 5, 3, 9, 10, 3}, {2, 3, 0, 0, 0, 0}};
        int[][] segments = {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 1, 1, 1}, {0, 0, 0, 0, 0, 0}};
        assertArrayEquals(ids, Encoding.paddedIds(encodings));
        assertArrayEquals(segments, Encoding.paddedSegments(encodings));
        assertEquals(0, Encoding.paddedIds(List.of()).length);
    }

    @Test
    void padsWithTheIdThatTheVocabularyHasForIt() {
        var shifted = OurTokenizer.cased(Vocabulary.of(List.of("a", "[PAD]", "[UNK]", "[CLS]", "[SEP]")));
        int[][] ids = Encoding.paddedIds(List.of(shifted.encode("aa"), shifted.encode("")));
        assertArrayEquals(new int[] {3, 0, 0, 4}, ids[0]);
        assertArrayEquals(new int[] {3, 4, 1, 1}, ids[1]);
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> Encoding.paddedIds(List.of(shifted.encode("a"), tokenizer.encode("a"))));
        assertTrue(error.getMessage().contains("expected one vocabulary"), error.getMessage());
    }

    @Test
    void handsOutCopies() {
        var encoding = tokenizer.encode("a");
        encoding.ids()[1] = 99;
        assertArrayEquals(new int[] {2, 4, 3}, encoding.ids());
    }

    private String pair(String first, String second, int maximumLength) {
        var tokens = tokenizer.encode(first, second, maximumLength).tokens();
        assertTrue(tokens.size() <= maximumLength);
        return String.join("", tokens)
                .replaceFirst("\\[CLS]", "")
                .replaceFirst("\\[SEP]", "|")
                .replace("[SEP]", "");
    }
}
