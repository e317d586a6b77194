package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds ids and ranges to those of Hugging Face's library. */
class CheckpointTokenizerFixtureTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta", "bert-unigram", "electra", "distilbert", "mpnet", "modernbert"})
    void readsEveryHardStringAsTheReferenceDoes(String family) throws IOException {
        Path directory = SharedFiles.require("fixtures/families/" + family);
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(directory);
        List<String> wrong = new ArrayList<>();
        for (JsonNode sample :
                JSON.readTree(directory.resolve("tokenization.json").toFile()).get("cases")) {
            String text = sample.get("text").asText();
            List<Integer> offsets = new ArrayList<>();
            Encoding encoding = tokenizer.encode(text);
            for (int i = 0; i < encoding.length(); i++) {
                offsets.add(text.codePointCount(0, encoding.start(i)));
                offsets.add(text.codePointCount(0, encoding.end(i)));
            }
            compare(text, "ids", sample.get("ids"), list(encoding.ids()), wrong);
            compare(text, "offsets", sample.get("offsets"), offsets, wrong);
        }
        assertEquals("", String.join("\n", wrong));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roberta",
                "xlm-roberta",
                "bert-unigram",
                "electra",
                "distilbert",
                "ernie",
                "ernie-task",
                "mpnet",
                "roformer",
                "modernbert",
                "nezha"
            })
    void readsPairsAndCutsThemAsTheReferenceDoes(String family) throws IOException {
        Path directory = SharedFiles.require("fixtures/families/" + family);
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(directory);
        JsonNode batch =
                JSON.readTree(directory.resolve("expected.json").toFile()).get("batch");
        List<String> wrong = new ArrayList<>();
        int longest = batch.get("truncated_to").asInt();
        for (int row = 0; row < batch.get("texts").size(); row++) {
            JsonNode texts = batch.get("texts").get(row);
            Encoding encoding = texts.size() == 1
                    ? tokenizer.encode(texts.get(0).asText(), longest)
                    : tokenizer.encode(texts.get(0).asText(), texts.get(1).asText(), longest);
            List<Integer> expected = new ArrayList<>();
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < batch.get("lengths").get(row).asInt(); i++) {
                expected.add(batch.get("input_ids").get(row).get(i).asInt());
                expected.add(batch.get("sequence_of_token").get(row).get(i).asInt());
                expected.add(
                        batch.has("token_type_ids")
                                ? batch.get("token_type_ids").get(row).get(i).asInt()
                                : 0);
            }
            for (int i = 0; i < encoding.length(); i++) {
                ids.add(encoding.ids()[i]);
                ids.add(encoding.text(i));
                ids.add(batch.has("token_type_ids") ? encoding.segments()[i] : 0);
            }
            if (!ids.equals(expected)) {
                wrong.add(texts + ": expected " + expected + ", was " + ids);
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    private static List<Integer> list(int[] numbers) {
        List<Integer> list = new ArrayList<>();
        for (int number : numbers) {
            list.add(number);
        }
        return list;
    }

    private static void compare(String text, String what, JsonNode expected, List<Integer> actual, List<String> wrong) {
        List<Integer> numbers = new ArrayList<>();
        expected.forEach(number -> numbers.add(number.asInt()));
        if (!numbers.equals(actual)) {
            wrong.add("%s of %s: expected %s, was %s".formatted(what, JSON.valueToTree(text), numbers, actual));
        }
    }
}
