package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChineseTextTest {
    @Test
    void bothWordPiecesThatAreComparedGiveTheSameIds() throws IOException {
        List<String> texts = ChineseText.reviews(5000);
        WordPieceTokenizer wordPiece = WordPieceTokenizer.cased(ChineseText.vocabulary());
        try (HuggingFaceTokenizer huggingFace = ChineseText.huggingFaceTokenizer()) {
            for (String text : texts) {
                int[] expected = Arrays.stream(huggingFace.encode(text).getIds())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                assertArrayEquals(expected, wordPiece.encode(text).ids(), text);
            }
        }
    }

    @Test
    void reviewsHaveExactlySoManyCharacters() throws IOException {
        assertEquals(
                30_000,
                ChineseText.reviews(30_000).stream().mapToInt(String::length).sum());
    }
}
