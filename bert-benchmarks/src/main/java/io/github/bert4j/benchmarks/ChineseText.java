package io.github.bert4j.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What tokenizers are measured on: reviews of this project, and the vocabulary of bge-small-zh-v1.5. */
final class ChineseText {
    private static final String REVIEWS = "/io/github/bert4j/testdata/sentiment/train.tsv";
    private static final String TOKENIZER = "/bge-small-zh-v1.5-tokenizer.json";

    private ChineseText() {}

    /** The first reviews, so many UTF-16 characters in all; the last one is cut. */
    static List<String> reviews(int characters) throws IOException {
        List<String> texts = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(resource(REVIEWS), StandardCharsets.UTF_8))) {
            for (int rest = characters; rest > 0; ) {
                String line = Objects.requireNonNull(lines.readLine(), "The reviews have fewer characters");
                String text = line.substring(line.indexOf('\t') + 1);
                texts.add(text.substring(0, Math.min(rest, text.length())));
                rest -= text.length();
            }
        }
        return texts;
    }

    /** {@code model.vocab} of the model's tokenizer.json. */
    static Vocabulary vocabulary() throws IOException {
        try (InputStream in = resource(TOKENIZER)) {
            JsonNode ids = new ObjectMapper().readTree(in).at("/model/vocab");
            String[] tokens = new String[ids.size()];
            ids.properties().forEach(entry -> tokens[entry.getValue().intValue()] = entry.getKey());
            return Vocabulary.of(Arrays.asList(tokens));
        }
    }

    /** Hugging Face's tokenizer for the same tokenizer.json; the caller closes it. */
    static HuggingFaceTokenizer huggingFaceTokenizer() throws IOException {
        // Without this, DJL reports its use to its makers where it runs on their machines.
        System.setProperty("OPT_OUT_TRACKING", "true");
        try (InputStream in = resource(TOKENIZER)) {
            return HuggingFaceTokenizer.newInstance(in, Map.of());
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(ChineseText.class.getResourceAsStream(name), name);
    }
}
