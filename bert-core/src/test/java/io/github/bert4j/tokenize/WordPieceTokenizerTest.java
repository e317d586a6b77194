package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordPieceTokenizerTest {
    /** The vocabulary of Google's {@code tokenization_test.py}, as are the cases of the first three tests. */
    private static final Vocabulary GOOGLES = Vocabulary.of(
            List.of("[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing", ","));

    private final WordPieceTokenizer uncased = WordPieceTokenizer.uncased(GOOGLES);

    @Test
    void passesGooglesFullTokenizerTest() {
        assertEquals(
                List.of("[CLS]", "un", "##want", "##ed", ",", "runn", "##ing", "[SEP]"),
                uncased.tokenize("UNwant\u00E9d,running"));
        assertArrayEquals(
                new int[] {1, 7, 4, 5, 10, 8, 9, 2},
                uncased.encode("UNwant\u00E9d,running").ids());
    }

    @Test
    void passesGooglesWordPieceTest() {
        assertEquals(List.of("[CLS]", "[SEP]"), uncased.tokenize(""));
        assertEquals(
                List.of("[CLS]", "un", "##want", "##ed", "runn", "##ing", "[SEP]"),
                uncased.tokenize("unwanted running"));
    }

    @Test
    void makesAWordWithAnUnmatchedPartUnknownAsAWhole() {
        assertEquals(
                List.of("[CLS]", "[UNK]", "runn", "##ing", "[SEP]"),
                WordPieceTokenizer.cased(GOOGLES).tokenize("unwantedX running"));
    }

    @Test
    void matchesGreedilyAndNeverTurnsBack() {
        var tokenizer = tokenizer("ab", "a", "##bc", "abcd", "##c");
        assertEquals(List.of("[CLS]", "ab", "##c", "[SEP]"), tokenizer.tokenize("abc"));
        assertEquals(List.of("[CLS]", "abcd", "[SEP]"), tokenizer.tokenize("abcd"));
        assertEquals(List.of("[CLS]", "[UNK]", "[SEP]"), tokenizer.tokenize("abcdd"));
        assertEquals(List.of("[CLS]", "abcd", "##c", "[SEP]"), tokenizer.tokenize("abcdc"));
    }

    @Test
    void readsAWordOfTwoHundredCharactersAndNoLongerOne() {
        var tokenizer = tokenizer("a", "##a", "##😀");
        assertEquals(200 + 2, tokenizer.tokenize("a".repeat(200)).size());
        assertEquals(List.of("[CLS]", "[UNK]", "[SEP]"), tokenizer.tokenize("a".repeat(201)));
        // Characters are code points, counted after accents have gone.
        assertEquals(200 + 2, tokenizer.tokenize("a" + "😀".repeat(199)).size());
        assertEquals(200 + 2, tokenizer.tokenize("a\u0301".repeat(200)).size());
        assertEquals(
                List.of("[CLS]", "[UNK]", "[SEP]"),
                WordPieceTokenizer.cased(tokenizer.vocabulary()).tokenize("a\u0301".repeat(101)));
    }

    @Test
    void readsAWordOfTheLongestLengthThatItIsTold() {
        var tokenizer = tokenizer("a", "##a").withLongestWord(3);
        assertEquals(List.of("[CLS]", "a", "##a", "##a", "[UNK]", "[SEP]"), tokenizer.tokenize("AAA aaaa"));
        assertThrows(IllegalArgumentException.class, () -> tokenizer.withLongestWord(0));
    }

    @Test
    void doesNotMatchAContinuationAtAWordsStart() {
        var tokenizer = tokenizer("a", "##b");
        assertEquals(List.of("[CLS]", "a", "##b", "[UNK]", "[SEP]"), tokenizer.tokenize("ab b"));
    }

    @Test
    void worksWithoutContinuations() {
        var tokenizer = tokenizer("a", "b");
        assertEquals(List.of("[CLS]", "a", "b", "[UNK]", "[SEP]"), tokenizer.tokenize("a b ab"));
    }

    @Test
    void neverMatchesTheContinuationMarkItself() {
        var tokenizer = tokenizer("##", "a", "#");
        assertEquals(List.of("[CLS]", "#", "#", "[UNK]", "[SEP]"), tokenizer.tokenize("## ab"));
    }

    @Test
    void readsASpecialTokensNameAsText() {
        var tokenizer = tokenizer("[", "]", "sep");
        assertEquals(List.of("[CLS]", "[", "sep", "]", "[SEP]"), tokenizer.tokenize("[SEP]"));
    }

    @Test
    void doesNotJoinSurrogatesAcrossADroppedCharacter() {
        var tokenizer = tokenizer("😀");
        assertEquals(List.of("[CLS]", "[UNK]", "[SEP]"), tokenizer.tokenize("\uD83D\u0000\uDE00"));
        assertEquals(List.of("[CLS]", "😀", "[SEP]"), tokenizer.tokenize("\u0000\uD83D\uDE00\u0000"));
    }

    @Test
    void saysWhetherItLowerCases() {
        assertTrue(uncased.lowerCases());
        assertFalse(WordPieceTokenizer.cased(GOOGLES).lowerCases());
    }

    @Test
    void tracesEveryPieceToItsSource() {
        assertEquals(
                List.of("", "UN", "want", "\u00E9d", ",", "runn", "ing", ""),
                sources(uncased, "UNwant\u00E9d,running"));
    }

    @Test
    void givesADroppedAccentToTheCharacterBeforeIt() {
        assertEquals(List.of("", "un", "want", "e\u0301d\u0302", ""), sources(uncased, "unwante\u0301d\u0302"));
    }

    @Test
    void leavesCharactersBetweenWordsToNoToken() {
        String text = "\u200B\uFEFF un\u200Bwant\u0000ed\u00AD \u0301 ,\u2028";
        assertEquals(List.of("", "un", "want", "ed", ",", ""), sources(uncased, text));
    }

    @Test
    void coversDroppedCharactersWithinAPiece() {
        assertEquals(List.of("", "w\u200Ba\u00ADnt", ""), sources(uncased, "w\u200Ba\u00ADnt"));
    }

    @Test
    void tracesACharacterWhoseLowerCaseIsLonger() {
        var tokenizer = tokenizer("i", "##x", "##i");
        assertEquals(List.of("", "İ", "x", "İ", ""), sources(tokenizer, "İxİ"));
    }

    @Test
    void tracesSeveralTokensToTheOneCharacterTheyCameFrom() {
        var tokenizer = tokenizer("\u1112", "##\u1161", "##\u11AB");
        assertEquals(List.of("", "한", "한", "한", ""), sources(tokenizer, "한"));
    }

    @Test
    void tracesAnUnknownWordAsAWhole() {
        assertEquals(List.of("", "unX\u200BY\u0301", ",", ""), sources(uncased, " unX\u200BY\u0301, "));
    }

    private static WordPieceTokenizer tokenizer(String... tokens) {
        var all = new ArrayList<>(List.of("[UNK]", "[CLS]", "[SEP]"));
        all.addAll(List.of(tokens));
        return WordPieceTokenizer.uncased(Vocabulary.of(all));
    }

    private static List<String> sources(Tokenizer tokenizer, String text) {
        var encoding = tokenizer.encode(text);
        var sources = new ArrayList<String>();
        for (int i = 0; i < encoding.length(); i++) {
            sources.add(text.substring(encoding.start(i), encoding.end(i)));
        }
        return sources;
    }
}
