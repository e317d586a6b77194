package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizationTest {
    private static final Vocabulary VOCABULARY =
            Vocabulary.of(List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "Ab", "ab", "A", "a", "b", "##b"));

    static Stream<Tokenization> all() {
        return Stream.of(Tokens.values())
                .flatMap(tokens -> Stream.of(new Tokenization(tokens, false), new Tokenization(tokens, true)));
    }

    @Test
    void readsCharactersOrWordPiecesCasedOrLowerCased() {
        assertEquals(List.of("A", "b"), tokens(Tokens.CHARACTERS, false));
        assertEquals(List.of("a", "b"), tokens(Tokens.CHARACTERS, true));
        assertEquals(List.of("Ab"), tokens(Tokens.WORD_PIECES, false));
        assertEquals(List.of("ab"), tokens(Tokens.WORD_PIECES, true));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isThatOfTheTokenizerItMakes(Tokenization tokenization) {
        assertEquals(tokenization, Tokenization.of(tokenization.of(VOCABULARY)));
    }

    @Test
    void knowsVocabulariesWithoutCapitals() {
        assertTrue(VOCABULARY.hasCapitals());
        assertFalse(Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "好", "<S>"))
                .hasCapitals());
    }

    @Test
    void saysWhatItIs() {
        assertArrayEquals(
                new String[] {
                    "characters, cased", "characters, lower-cased", "word pieces, cased", "word pieces, lower-cased"
                },
                all().map(Tokenization::toString).toArray());
    }

    private static List<String> tokens(Tokens tokens, boolean lowerCase) {
        List<String> all =
                new Tokenization(tokens, lowerCase).of(VOCABULARY).encode("Ab").tokens();
        return all.subList(1, all.size() - 1);
    }
}
