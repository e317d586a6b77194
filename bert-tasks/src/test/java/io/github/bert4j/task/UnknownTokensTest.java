package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnknownTokensTest {
    private static final Vocabulary VOCABULARY =
            Vocabulary.of(List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "好"));

    @Test
    void countsWhatTheVocabularyLacks() {
        UnknownTokens unknown = UnknownTokens.in(Stream.of("abA", "好坏坏", ""), tokenizer(false));
        assertEquals(6, unknown.tokens());
        assertEquals(Map.of("A", 1, "坏", 2), unknown.unknown());
        assertEquals(0.5, unknown.share());
        assertEquals(0, UnknownTokens.in(Stream.of("abA"), tokenizer(true)).share());
    }

    @Test
    void warnsAboveOnePercentAndNamesTheMostFrequent() {
        String message = UnknownTokens.in(Stream.of("AAB".repeat(2), "a".repeat(94)), tokenizer(false))
                .warning()
                .orElseThrow();
        assertEquals(
                "6.0 % of the training data's tokens are [UNK], above all \"A\" (4), \"B\" (2): is the vocabulary of this"
                        + " language, and are capitals kept or lower-cased as it needs?",
                message);
        assertEquals(
                0,
                UnknownTokens.in(Stream.of("A" + "a".repeat(99)), tokenizer(false)).warning().stream()
                        .count());
    }

    private static Tokenizer tokenizer(boolean lowerCase) {
        return new Tokenization(Tokens.CHARACTERS, lowerCase).of(VOCABULARY);
    }
}
