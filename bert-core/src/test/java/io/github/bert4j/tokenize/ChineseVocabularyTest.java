package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Google's Chinese vocabulary and the ids that the reference outputs of a real checkpoint were computed from. */
class ChineseVocabularyTest {
    private Path file;
    private Vocabulary vocabulary;

    @BeforeEach
    void loadVocabulary() throws IOException {
        file = SharedFiles.require("checkpoints/bge-small-zh-v1.5/vocab.txt");
        vocabulary = Vocabulary.load(file);
    }

    @Test
    void holdsGooglesEntriesAtGooglesIds() {
        assertEquals(21_128, vocabulary.size());
        assertEquals(0, vocabulary.paddingId());
        assertEquals(OptionalInt.of(1), vocabulary.id("[unused1]"));
        assertEquals(100, vocabulary.unknownId());
        assertEquals(101, vocabulary.classificationId());
        assertEquals(102, vocabulary.separatorId());
        assertEquals(103, vocabulary.maskId());
        // A reader that also breaks lines at U+2028 has every later id off by one.
        assertEquals(OptionalInt.of(343), vocabulary.id("\u2028"));
        assertEquals(OptionalInt.of(21_127), vocabulary.id("##😎"));
    }

    @Test
    void savesTheFileByteForByte(@TempDir Path folder) throws IOException {
        Path saved = folder.resolve("vocab.txt");
        vocabulary.save(saved);
        assertEquals(-1, Files.mismatch(file, saved));
    }

    @Test
    void encodesTheDocumentedTexts() {
        for (Tokenizer tokenizer : List.of(OurTokenizer.cased(vocabulary), WordPieceTokenizer.uncased(vocabulary))) {
            assertArrayEquals(
                    new int[] {101, 791, 1921, 1921, 3698, 679, 7231, 102},
                    tokenizer.encode("今天天气不错").ids());
            assertArrayEquals(
                    new int[] {101, 6427, 6241, 3563, 1798, 102},
                    tokenizer.encode("语言模型").ids());
        }
        assertEquals(
                List.of("[CLS]", "今", "天", "天", "气", "不", "错", "[SEP]"),
                OurTokenizer.cased(vocabulary).tokenize("今天天气不错"));
    }

    @Test
    void lacksCapitalLettersSpaceAndTypographicQuotesButHoldsEmoji() {
        "ABCXYZ “”‘’—…".codePoints().forEach(c -> assertFalse(vocabulary.contains(Character.toString(c))));
        assertEquals(
                List.of("[CLS]", "[UNK]", "[unused1]", "[UNK]", "👍", "[SEP]"),
                OurTokenizer.cased(vocabulary).tokenize("A “👍"));
    }

    @Test
    void wordPieceEncodesTheReferenceTextsToTheirReferenceIds() throws IOException {
        var tokenizer = WordPieceTokenizer.cased(vocabulary);
        int compared = 0;
        for (JsonNode expected : referenceCases()) {
            var encoding = expected.get("text_b").isNull()
                    ? tokenizer.encode(expected.get("text_a").textValue())
                    : tokenizer.encode(
                            expected.get("text_a").textValue(),
                            expected.get("text_b").textValue());
            int length = expected.get("length").intValue();
            assertArrayEquals(firstInts(expected.get("input_ids"), length), encoding.ids());
            assertArrayEquals(firstInts(expected.get("segment_ids"), length), encoding.segments());
            assertEquals(
                    StreamSupport.stream(expected.get("tokens").spliterator(), false)
                            .limit(length)
                            .map(JsonNode::textValue)
                            .toList(),
                    encoding.tokens());
            compared++;
        }
        assertEquals(4, compared);
    }

    @Test
    void ourTokenizerDiffersFromTheReferenceOnlyInLatinWords() throws IOException {
        var tokenizer = OurTokenizer.cased(vocabulary);
        for (JsonNode expected : referenceCases()) {
            String text = expected.get("text_a").textValue();
            if (expected.get("text_b").isNull()) {
                boolean same = tokenizer.encode(text).length()
                        == expected.get("length").intValue();
                assertEquals(!text.contains("BERT"), same, text);
            }
        }
    }

    private JsonNode referenceCases() throws IOException {
        Path path = SharedFiles.require("fixtures/bge-small-zh-v1.5/outputs.json");
        return new ObjectMapper().readTree(path.toFile()).get("cases");
    }

    private static int[] firstInts(JsonNode array, int length) {
        int[] values = new int[length];
        for (int i = 0; i < length; i++) {
            values[i] = array.get(i).intValue();
        }
        return values;
    }
}
