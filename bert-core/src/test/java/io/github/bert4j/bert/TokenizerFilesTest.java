package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.SharedFiles;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what is written to Hugging Face's own tokenizers, and what is read to files of theirs. */
class TokenizerFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> TEXTS = List.of(
            "今天天气不错，UNwantéd running!",
            "北京是中国的首都。\tＡＢＣ１２３  \u3000 $5.00 —— “引号”…",
            "Ünïcödé ÉCOLE naïve İstanbul 東京都 カタカナ 한국어",
            "e".repeat(200) + " " + "e".repeat(201),
            "a\u0000b\uFFFDc\u200Bd 🙂 𠀀",
            "");

    @TempDir
    private Path folder;

    private Vocabulary vocabulary;

    @BeforeEach
    void copyAFileOfTheirs() throws IOException {
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            try (InputStream in = TokenizerFilesTest.class.getResourceAsStream("hugging-face/bert/" + name)) {
                Files.write(folder.resolve(name), in.readAllBytes());
            }
        }
        vocabulary = Bert.vocabulary(folder);
    }

    @Test
    void readsTheVocabularyOfTheirFile() {
        assertEquals(18, vocabulary.size());
        assertEquals("[MASK]", vocabulary.token(4));
        assertEquals("今", vocabulary.token(5));
        assertEquals("e", vocabulary.token(17));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void describesATokenizerThatGivesTheSameTokens(boolean lowerCase) throws IOException {
        Vocabulary real = Vocabulary.load(SharedFiles.require("checkpoints/bge-small-zh-v1.5/vocab.txt"));
        WordPieceTokenizer ours = lowerCase ? WordPieceTokenizer.uncased(real) : WordPieceTokenizer.cased(real);
        Path written = Files.createDirectory(folder.resolve("written"));
        new TokenizerFiles(written).write(ours, 512);
        assertEquals(real, Bert.vocabulary(written));
        WordPieceTokenizer read = Bert.wordPieceTokenizer(written).orElseThrow();
        assertEquals(lowerCase, read.lowerCases());
        assertEquals(200, read.longestWord());
        JsonNode settings =
                JSON.readTree(written.resolve("tokenizer_config.json").toFile());
        assertEquals(512, settings.get("model_max_length").asInt());
        try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.newInstance(
                written.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"))) {
            for (String text : TEXTS) {
                assertArrayEquals(ids(theirs.encode(text)), ours.encode(text).ids(), text);
            }
            for (int i = 1; i < TEXTS.size(); i++) {
                Encoding pair = theirs.encode(TEXTS.get(i - 1), TEXTS.get(i));
                var expected = ours.encode(TEXTS.get(i - 1), TEXTS.get(i));
                assertArrayEquals(ids(pair), expected.ids());
                assertArrayEquals(
                        Arrays.stream(pair.getTypeIds())
                                .mapToInt(Math::toIntExact)
                                .toArray(),
                        expected.segments());
            }
        }
    }

    @Test
    void readsATokenizerAsTheyDo() throws IOException {
        WordPieceTokenizer ours = Bert.wordPieceTokenizer(folder).orElseThrow();
        assertTrue(ours.lowerCases());
        assertEquals(100, ours.longestWord());
        try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.newInstance(
                folder.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"))) {
            for (String text : List.of("今天天气，UNwantéd running", "e".repeat(101) + " E e")) {
                assertArrayEquals(ids(theirs.encode(text)), ours.encode(text).ids(), text);
            }
        }
    }

    @Test
    void believesTheSettingsBesideRatherThanTheTokenizer() throws IOException {
        change("tokenizer_config.json", "", "do_lower_case", "false");
        assertFalse(Bert.wordPieceTokenizer(folder).orElseThrow().lowerCases());
        Files.delete(folder.resolve("tokenizer_config.json"));
        assertTrue(Bert.wordPieceTokenizer(folder).orElseThrow().lowerCases());
        change("tokenizer.json", "/normalizer", "lowercase", "false");
        assertFalse(Bert.wordPieceTokenizer(folder).orElseThrow().lowerCases());
        vocabulary.save(folder.resolve("vocab.txt"));
        Files.delete(folder.resolve("tokenizer.json"));
        assertTrue(Bert.wordPieceTokenizer(folder).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "tokenizer.json, /normalizer, strip_accents, false",
        "tokenizer.json, /normalizer, handle_chinese_chars, false",
        "tokenizer.json, /normalizer, clean_text, false",
        "tokenizer.json, /normalizer, type, Sequence",
        "tokenizer.json, /pre_tokenizer, type, Whitespace",
        "tokenizer.json, /model, continuing_subword_prefix, _",
        "tokenizer_config.json, '', strip_accents, false",
        "tokenizer_config.json, '', tokenize_chinese_chars, false"
    })
    void refusesToReadATokenizerThatCutsOtherwise(String file, String place, String field, String value)
            throws IOException {
        change(file, place, field, value);
        String message = assertThrows(IOException.class, () -> Bert.wordPieceTokenizer(folder))
                .getMessage();
        assertTrue(message.contains(file + ": field " + field), message);
        assertEquals(vocabulary, Bert.vocabulary(folder), "the vocabulary can be used all the same");
    }

    @Test
    void takesTokensThatWereAddedLater() throws IOException {
        ObjectNode json =
                (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
        json.withArray("added_tokens").addObject().put("id", 18).put("content", "[E1]");
        JSON.writeValue(folder.resolve("tokenizer.json").toFile(), json);
        assertEquals("[E1]", Bert.vocabulary(folder).token(18));
    }

    @ParameterizedTest
    @CsvSource({
        "/model/vocab, e, 16, 'the id of \"e\" is 16'",
        "/model/vocab, e, 18, no token has the id 17",
        "/model/vocab, e, 99999999, fewer tokens",
        "/model/vocab, e, -1, 'the id of \"e\" is -1'"
    })
    void refusesAVocabularyThatIsNone(String place, String field, String value, String reason) throws IOException {
        change("tokenizer.json", place, field, value);
        String message =
                assertThrows(IOException.class, () -> Bert.vocabulary(folder)).getMessage();
        assertTrue(message.contains("tokenizer.json") && message.contains(reason), message);
    }

    private void change(String name, String place, String field, String value) throws IOException {
        Path file = folder.resolve(name);
        JsonNode json = JSON.readTree(file.toFile());
        ((ObjectNode) json.at(place))
                .set(
                        field,
                        value.matches("true|false|-?\\d+")
                                ? JSON.readTree(value)
                                : JSON.getNodeFactory().textNode(value));
        JSON.writeValue(file.toFile(), json);
    }

    private static int[] ids(Encoding encoding) {
        return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
    }
}
