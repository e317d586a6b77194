package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OurTokenizerTest {
    private static final Vocabulary VOCABULARY = Vocabulary.of(List.of(
            "[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "今", "天", "气", "a", "é", "😀", "##b", "cd", "\u2028"));
    private final OurTokenizer tokenizer = OurTokenizer.cased(VOCABULARY);

    @Test
    void makesOneTokenPerCharacter() {
        assertEquals(List.of("[CLS]", "今", "天", "天", "气", "[SEP]"), tokenizer.tokenize("今天天气"));
        assertArrayEquals(new int[] {3, 5, 6, 6, 7, 4}, tokenizer.encode("今天天气").ids());
    }

    @Test
    void makesOneTokenOfAnEmoji() {
        var encoding = tokenizer.encode("a😀天");
        assertEquals(List.of("[CLS]", "a", "😀", "天", "[SEP]"), encoding.tokens());
        assertEquals(1, encoding.start(2));
        assertEquals(3, encoding.end(2));
        assertEquals(3, encoding.start(3));
    }

    @Test
    void tellsWhiteSpaceFromUnknownCharacters() {
        for (String space : List.of(" ", "\t", "\n", "\r", "\u00A0", "\u3000", "\u2003", "\u202F")) {
            assertEquals(List.of("[CLS]", "[unused1]", "[SEP]"), tokenizer.tokenize(space));
        }
        for (String unknown : List.of("A", "明", "\u0000", "\u0085", "\u200B", "\u2029", "\uFEFF", "😎", "“")) {
            assertEquals(List.of("[CLS]", "[UNK]", "[SEP]"), tokenizer.tokenize(unknown));
        }
    }

    @Test
    void prefersTheVocabularyToTheClassOfACharacter() {
        assertEquals(List.of("[CLS]", "\u2028", "[SEP]"), tokenizer.tokenize("\u2028"));
        var spaced = OurTokenizer.cased(Vocabulary.of(List.of("[unused1]", "[UNK]", "[CLS]", "[SEP]", " ")));
        assertEquals(List.of("[CLS]", " ", "[unused1]", "[SEP]"), spaced.tokenize(" \t"));
    }

    @Test
    void readsWhiteSpaceAsUnknownIfTheVocabularyHasNoTokenForIt() {
        var bare = OurTokenizer.cased(Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")));
        assertEquals(List.of("[CLS]", "[UNK]", "[SEP]"), bare.tokenize(" "));
    }

    @Test
    void neverJoinsCharacters() {
        assertEquals(
                List.of("[CLS]", "[UNK]", "[UNK]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"), tokenizer.tokenize("[SEP]"));
        assertEquals(List.of("[CLS]", "[UNK]", "[UNK]", "[SEP]"), tokenizer.tokenize("cd"));
        assertEquals(List.of("[CLS]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"), tokenizer.tokenize("##b"));
    }

    @Test
    void keepsCaseAndAccentsUnlessAsked() {
        assertEquals(List.of("[CLS]", "[UNK]", "é", "[UNK]", "[SEP]"), tokenizer.tokenize("AéÉ"));
        assertFalse(tokenizer.lowerCases());
    }

    @Test
    void lowerCasesWithoutChangingTheLength() {
        var uncased = OurTokenizer.uncased(VOCABULARY);
        assertTrue(uncased.lowerCases());
        assertEquals(List.of("[CLS]", "a", "é", "é", "[SEP]"), uncased.tokenize("AéÉ"));
        assertEquals(3, uncased.encode("İ").length());
        assertEquals(List.of("[CLS]", "a", "[UNK]", "[SEP]"), uncased.tokenize("a\u0301"));
    }

    @Test
    void takesHalfASurrogatePairForACharacter() {
        var encoding = tokenizer.encode("a\uDE00\uD83Da\uD83D");
        assertEquals(List.of("[CLS]", "a", "[UNK]", "[UNK]", "a", "[UNK]", "[SEP]"), encoding.tokens());
        assertEquals(5, encoding.end(5));
    }

    @Test
    void encodesTheEmptyText() {
        assertArrayEquals(new int[] {3, 4}, tokenizer.encode("").ids());
        assertArrayEquals(new int[] {3, 4, 4}, tokenizer.encode("", "").ids());
    }

    @Test
    void saysThatTheTextIsMissing() {
        assertEquals(
                "The text is null: expected a string, which may be empty",
                assertThrows(NullPointerException.class, () -> tokenizer.encode(null))
                        .getMessage());
    }
}
