package io.github.bert4j.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A {@code tokenizer.json} with its {@code tokenizer_config.json}, ready to be used.
 *
 * @param json the file itself
 * @param settings the other file, empty where there is none
 * @param added tokens that are looked for in the text as it is
 * @param addedNormalized tokens that are looked for in the normalized text
 */
record TokenizerFile(
        byte[] json,
        byte[] settings,
        Vocabulary vocabulary,
        AddedTokens added,
        AddedTokens addedNormalized,
        Normalizer normalizer,
        PreTokenizer preTokenizer,
        TokenModel model,
        Template template,
        boolean lowerCases,
        String description) {
    static final String NAME = "tokenizer.json";
    static final String SETTINGS = "tokenizer_config.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    static TokenizerFile read(Path directory) throws IOException {
        return of(directory.resolve(NAME), json(directory), settings(directory));
    }

    static Vocabulary vocabulary(Path directory) throws IOException {
        TokenizerJson parts = TokenizerJson.read(directory.resolve(NAME), json(directory));
        return parts.vocabulary(parts.added(), specialTokens(tree(directory, settings(directory))));
    }

    private static byte[] json(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        return Files.exists(file) ? Files.readAllBytes(file) : OtherTokenizerFiles.asJson(directory);
    }

    private static byte[] settings(Path directory) throws IOException {
        Path file = directory.resolve(SETTINGS);
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    private static JsonNode tree(Path directory, byte[] settings) throws IOException {
        return settings.length == 0
                ? JSON.createObjectNode()
                : TokenizerJson.tree(directory.resolve(SETTINGS), settings);
    }

    /** @param file named in messages */
    static TokenizerFile of(Path file, byte[] json, byte[] settings) throws IOException {
        TokenizerJson parts = TokenizerJson.read(file, json);
        JsonNode own = tree(file.resolveSibling(""), settings);
        String kind = own.path("tokenizer_class").asText();
        if (CheckpointTokenizer.cutsByDictionary(kind)) {
            throw new IOException("%s: field tokenizer_class is %s, which cuts words by a dictionary first"
                    .formatted(file.resolveSibling(SETTINGS), kind));
        }
        List<AddedToken> tokens = parts.added();
        Vocabulary vocabulary = parts.vocabulary(tokens, specialTokens(own));
        Described normalizer = withSettings(parts.part("normalizer"), own);
        Normalizer normalizes = Normalizer.of(normalizer);
        try {
            return new TokenizerFile(
                    json,
                    settings,
                    vocabulary,
                    new AddedTokens(
                            tokens.stream().filter(token -> !token.normalized()).toList(), content -> content),
                    new AddedTokens(
                            tokens.stream().filter(AddedToken::normalized).toList(),
                            content -> spelled(normalizes, content)),
                    normalizes,
                    PreTokenizer.of(parts.part("pre_tokenizer")),
                    parts.model(vocabulary, tokens),
                    Template.of(parts.part("post_processor"), vocabulary.size()),
                    normalizer.json().toString().contains("\"lowercase\":true")
                            || normalizer.json().toString().contains("\"Lowercase\""),
                    parts.part("model").type());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static String spelled(Normalizer normalizer, String content) {
        TrackedText text = normalizer.apply(TrackedText.of(content));
        return text.string(0, text.length());
    }

    /** Hugging Face's library lets some fields of a BERT tokenizer's settings go before those of the normalizer. */
    private static Described withSettings(Described normalizer, JsonNode settings) {
        if (!normalizer.type().equals("BertNormalizer")) {
            return normalizer;
        }
        ObjectNode changed = normalizer.json().deepCopy();
        put(settings, "do_lower_case", changed, "lowercase");
        put(settings, "strip_accents", changed, "strip_accents");
        put(settings, "tokenize_chinese_chars", changed, "handle_chinese_chars");
        return new Described(normalizer.where(), changed);
    }

    private static void put(JsonNode settings, String from, ObjectNode normalizer, String to) {
        if (settings.path(from).isBoolean()) {
            normalizer.set(to, settings.get(from));
        }
    }

    /** The names of special tokens as the settings have them, which are empty where they say nothing. */
    static Optional<SpecialTokens> specialTokens(JsonNode settings) {
        String padding = name(settings, "pad_token");
        String classification = name(settings, "cls_token");
        String separator = name(settings, "sep_token");
        return padding.isEmpty() || classification.isEmpty() || separator.isEmpty()
                ? Optional.empty()
                : Optional.of(new SpecialTokens(
                        padding, name(settings, "unk_token"), classification, separator, name(settings, "mask_token")));
    }

    private static String name(JsonNode settings, String field) {
        JsonNode token = settings.path(field);
        return token.isObject() ? token.path("content").asText() : token.asText();
    }

    TokenizerFile with(List<String> tokens) {
        Path file = Path.of(NAME);
        try {
            ObjectNode changed = (ObjectNode) TokenizerJson.tree(file, json);
            ArrayNode list = changed.withArray("added_tokens");
            int id = vocabulary.size();
            for (String token : tokens) {
                if (vocabulary.contains(token)) {
                    throw new IllegalArgumentException(
                            "The vocabulary holds \"%s\" already: expected new tokens only".formatted(token));
                }
                list.addObject()
                        .put("id", id++)
                        .put("content", token)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true);
            }
            return of(file, JSON.writeValueAsBytes(changed), settings);
        } catch (IOException e) {
            throw new IllegalArgumentException("These tokens cannot be added: " + e.getMessage(), e);
        }
    }

    void write(Path directory) throws IOException {
        PendingFile.write(directory.resolve(NAME), json);
        if (settings.length > 0) {
            PendingFile.write(directory.resolve(SETTINGS), settings);
        }
    }
}
