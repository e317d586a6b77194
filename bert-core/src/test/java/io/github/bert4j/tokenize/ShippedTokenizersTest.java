package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small tokenizers that come with the project, held to what Hugging Face's library makes of some strings. */
class ShippedTokenizersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"word-pieces", "byte-pairs", "unigrams"})
    void readsAsTheReferenceDoes(String kind) throws IOException {
        copy(kind, "tokenizer.json", "tokenizer_config.json");
        assertReads(kind);
    }

    @Test
    void readsSentencePiecesOwnFile() throws IOException {
        copy("unigrams", "sentencepiece.bpe.model", "tokenizer_config.json");
        assertReads("unigrams");
    }

    @Test
    void readsAVocabularyAndMerges() throws IOException {
        copy("byte-pairs", "tokenizer.json", "tokenizer_config.json");
        JsonNode model = JSON.readTree(Files.readAllBytes(folder.resolve("tokenizer.json")))
                .get("model");
        Files.delete(folder.resolve("tokenizer.json"));
        ObjectNode ids = model.get("vocab").deepCopy();
        ids.put("<mask>", ids.size());
        Files.write(folder.resolve("vocab.json"), JSON.writeValueAsBytes(ids));
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        model.get("merges")
                .forEach(merge -> merges.append(merge.get(0).asText())
                        .append(' ')
                        .append(merge.get(1).asText())
                        .append('\n'));
        Files.writeString(folder.resolve("merges.txt"), merges);
        assertReads("byte-pairs");
    }

    @Test
    void readsAVocabularyAlone() throws IOException {
        copy("word-pieces", "tokenizer.json", "tokenizer_config.json");
        CheckpointTokenizer.load(folder).vocabulary().save(folder.resolve("vocab.txt"));
        Files.delete(folder.resolve("tokenizer.json"));
        assertReads("word-pieces");
    }

    private void assertReads(String kind) throws IOException {
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(folder);
        List<String> wrong = new ArrayList<>();
        try (InputStream in = resource(kind, "expected.jsonl")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                JsonNode expected = JSON.readTree(line);
                Encoding encoding = tokenizer.encode(expected.get("text").asText());
                List<Integer> offsets = new ArrayList<>();
                for (int i = 0; i < encoding.length(); i++) {
                    offsets.add(encoding.start(i));
                    offsets.add(encoding.end(i));
                }
                JsonNode ids = JSON.valueToTree(encoding.ids());
                if (!ids.equals(expected.get("ids"))
                        || !JSON.valueToTree(offsets).equals(expected.get("offsets"))) {
                    wrong.add(expected + "\n  was " + ids + " " + offsets);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    @ParameterizedTest
    @CsvSource({
        "word-pieces, 很[MASK]好, [MASK]",
        "byte-pairs, 很<mask>好, <mask>",
        "unigrams, 很<mask>好, <mask>",
        "unigrams, </s>, </s>"
    })
    void takesSpecialTokensForTextIfToldSo(String kind, String text, String marker) throws IOException {
        copy(kind, "tokenizer.json", "tokenizer_config.json");
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(folder);
        int id = tokenizer.vocabulary().id(marker).orElseThrow();
        assertTrue(inner(tokenizer.encode(text)).contains(id));
        assertFalse(inner(tokenizer.withMarkers(false).encode(text)).contains(id));
    }

    private static List<Integer> inner(Encoding encoding) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < encoding.length(); i++) {
            if (encoding.text(i) != Encoding.SPECIAL) {
                ids.add(encoding.ids()[i]);
            }
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"word-pieces", "byte-pairs", "unigrams"})
    void findsTokensThatWereAdded(String kind) throws IOException {
        copy(kind, "tokenizer.json", "tokenizer_config.json");
        CheckpointTokenizer before = CheckpointTokenizer.load(folder);
        CheckpointTokenizer after = before.withTokens(List.of("[E1]", "[E2]"));
        int size = before.vocabulary().size();
        assertEquals(size + 2, after.vocabulary().size());
        Encoding encoding = after.encode("在[E1]北京[E2]开会");
        assertTrue(inner(encoding).containsAll(List.of(size, size + 1)));
        int first = inner(encoding).indexOf(size) + 1;
        assertEquals("[E1]", "在[E1]北京[E2]开会".substring(encoding.start(first), encoding.end(first)));
        assertArrayEquals(before.encode("北京").ids(), after.encode("北京").ids());
        assertFalse(inner(after.withMarkers(false).encode("[E1]")).contains(size));
        Path saved = Files.createDirectories(folder.resolve("saved"));
        after.save(saved);
        assertArrayEquals(
                encoding.ids(),
                CheckpointTokenizer.load(saved).encode("在[E1]北京[E2]开会").ids());
        assertThrows(IllegalArgumentException.class, () -> after.withTokens(List.of("[E1]")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "normalizer | {\"type\":\"Nmt\"} | normalizer.type is \"Nmt\"",
                "normalizer | {\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a+\"},\"content\":\"\"} | Regex",
                "pre_tokenizer | {\"type\":\"Split\",\"pattern\":{\"Regex\":\"x\"}} | pre_tokenizer.type",
                "pre_tokenizer | {\"type\":\"Metaspace\",\"prepend_scheme\":\"last\"} | prepend_scheme",
                "post_processor | {\"type\":\"Other\"} | post_processor.type",
                "post_processor | {\"type\":\"BertProcessing\",\"sep\":[\"x\",99999],\"cls\":[\"y\",0]} | ids below",
                "model | {\"type\":\"WordLevel\",\"vocab\":{\"a\":0}} | model.type",
                "model | {\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[[\"a\",\"b\"]]} | \"b\"",
                "model | {\"type\":\"BPE\",\"byte_fallback\":true,\"vocab\":{\"a\":0}} | byte_fallback",
                "model | {\"type\":\"Unigram\",\"vocab\":[[\"a\",0]],\"unk_id\":7} | unk_id",
                "model | {\"type\":\"Unigram\",\"vocab\":[[\"a\"]],\"unk_id\":0} | entry 0",
                "added_tokens | [{\"id\":0,\"content\":\"\"}] | content"
            })
    void refusesWhatItDoesNotKnowByName(String part, String json, String named) throws IOException {
        copy("word-pieces", "tokenizer.json", "tokenizer_config.json");
        Path file = folder.resolve("tokenizer.json");
        ObjectNode changed = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
        changed.set(part, JSON.readTree(json));
        if (part.equals("model")) {
            changed.putArray("added_tokens");
            changed.set(
                    "post_processor",
                    JSON.readTree("{\"type\":\"BertProcessing\",\"sep\":[\"a\",0],\"cls\":[\"a\",0]}"));
        }
        Files.write(file, JSON.writeValueAsBytes(changed));
        String message = assertThrows(IOException.class, () -> CheckpointTokenizer.load(folder))
                .getMessage();
        assertTrue(message.contains("tokenizer.json") && message.contains(named), message);
    }

    private void copy(String kind, String... names) throws IOException {
        for (String name : names) {
            try (InputStream in = resource(kind, name)) {
                Files.copy(in, folder.resolve(name));
            }
        }
    }

    private static InputStream resource(String kind, String name) {
        return ShippedTokenizersTest.class.getResourceAsStream(
                "/io/github/bert4j/testdata/tokenizers/" + kind + "/" + name);
    }
}
