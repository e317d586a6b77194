package io.github.bert4j.bert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.SpecialTokens;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Hugging Face's files on a tokenizer: {@code tokenizer.json} and {@code tokenizer_config.json}.
 *
 * <p>Source: {@code BertNormalizer}, {@code BertPreTokenizer} and {@code WordPiece} of huggingface/tokenizers; {@code
 * BertTokenizer} of huggingface/transformers, whose settings in {@code tokenizer_config.json} go before those in {@code
 * tokenizer.json}.
 */
final class TokenizerFiles {
    static final String TOKENIZER = "tokenizer.json";
    static final String SETTINGS = "tokenizer_config.json";

    private static final String CLASS = "tokenizer_class";
    private static final String UNKNOWN = "[UNK]";
    private static final String CONTINUATION = "##";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path tokenizer;
    private final Path settings;
    /** What was read so far: the files are large, and asked several times. */
    private final Map<Path, JsonNode> parsed = new HashMap<>();

    TokenizerFiles(Path directory) {
        this.tokenizer = directory.resolve(TOKENIZER);
        this.settings = directory.resolve(SETTINGS);
    }

    /** Whether letters are lower-cased; empty where no file says so. */
    Optional<Boolean> lowerCases() throws IOException {
        return Stream.of(
                        fields(settings).path("do_lower_case"),
                        fields(tokenizer).at("/normalizer/lowercase"))
                .filter(JsonNode::isBoolean)
                .map(JsonNode::booleanValue)
                .findFirst();
    }

    /** The tokenizer that the files describe; empty if there are none. */
    Optional<WordPieceTokenizer> read(Vocabulary vocabulary) throws IOException {
        if (!Files.exists(tokenizer) && !Files.exists(settings)) {
            return Optional.empty();
        }
        Optional<String> unsupported = unsupported();
        if (unsupported.isPresent()) {
            throw new IOException(unsupported.get() + ": another tokenizer than BERT's is not supported");
        }
        JsonNode whole = fields(tokenizer);
        boolean lowerCase = lowerCase(fields(settings), whole);
        try {
            WordPieceTokenizer read =
                    lowerCase ? WordPieceTokenizer.uncased(vocabulary) : WordPieceTokenizer.cased(vocabulary);
            return Optional.of(read.withLongestWord(
                    whole.at("/model/max_input_chars_per_word").asInt(100)));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(tokenizer.getParent(), e.getMessage()), e);
        }
    }

    /** What the files ask for that BERT's tokenizer does not do; empty if there is nothing. */
    Optional<String> unsupported() throws IOException {
        JsonNode whole = fields(tokenizer);
        JsonNode model = whole.path("model");
        JsonNode normalizer = whole.path("normalizer");
        JsonNode own = fields(settings);
        String accents = String.valueOf(lowerCase(own, whole));
        return Stream.of(
                        other(tokenizer, normalizer, "type", "BertNormalizer"),
                        other(tokenizer, whole.path("pre_tokenizer"), "type", "BertPreTokenizer"),
                        other(tokenizer, model, "type", "WordPiece"),
                        whole.at("/post_processor/type").asText().equals("BertProcessing")
                                ? Optional.<String>empty()
                                : other(tokenizer, whole.path("post_processor"), "type", "TemplateProcessing"),
                        other(settings, own, "cls_token", SpecialTokens.BERT.classification()),
                        CheckpointTokenizer.cutsByDictionary(own.path(CLASS).asText())
                                ? Optional.of("%s: field %s is %s".formatted(settings, CLASS, own.path(CLASS)))
                                : Optional.<String>empty(),
                        added(whole.path("added_tokens")),
                        other(tokenizer, normalizer, "clean_text", "true"),
                        other(tokenizer, normalizer, "handle_chinese_chars", "true"),
                        other(tokenizer, model, "unk_token", UNKNOWN),
                        other(tokenizer, model, "continuing_subword_prefix", CONTINUATION),
                        other(settings, own, "tokenize_chinese_chars", "true"),
                        own.hasNonNull("strip_accents")
                                ? other(settings, own, "strip_accents", accents)
                                : other(tokenizer, normalizer, "strip_accents", accents))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** A token that BERT does not have, as one that a user added. */
    private Optional<String> added(JsonNode tokens) {
        for (JsonNode token : tokens) {
            String content = token.path("content").asText();
            if (!SpecialTokens.BERT.all().contains(content)) {
                return Optional.of("%s: field added_tokens has \"%s\", expected BERT's special tokens alone"
                        .formatted(tokenizer, content));
            }
        }
        return Optional.empty();
    }

    private static boolean lowerCase(JsonNode settings, JsonNode whole) {
        return settings.path("do_lower_case")
                .asBoolean(whole.at("/normalizer/lowercase").asBoolean(true));
    }

    /**
     * Writes both files.
     *
     * @param maximumLength the model's positions, to which Hugging Face's library then cuts texts
     */
    void write(WordPieceTokenizer described, int maximumLength) throws IOException {
        CheckpointTokenizer.of(described).save(tokenizer.toAbsolutePath().getParent());
        ObjectNode own = JSON.createObjectNode()
                .put(CLASS, "BertTokenizer")
                .put("do_lower_case", described.lowerCases())
                .put("tokenize_chinese_chars", true)
                .put("model_max_length", maximumLength)
                .put("pad_token", "[PAD]")
                .put("unk_token", UNKNOWN)
                .put("cls_token", "[CLS]")
                .put("sep_token", "[SEP]")
                .put("mask_token", "[MASK]");
        own.putNull("strip_accents"); // as do_lower_case
        PendingFile.write(settings, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(own));
    }

    /** What is absent or null is as usual. */
    private static Optional<String> other(Path file, JsonNode json, String field, String expected) {
        JsonNode value = json.path(field);
        String text = value.isObject() ? value.path("content").asText() : value.asText();
        return value.isMissingNode() || value.isNull() || text.equals(expected)
                ? Optional.empty()
                : Optional.of("%s: field %s is %s, expected %s".formatted(file, field, value, expected));
    }

    /** None where there is no such file. */
    private JsonNode fields(Path file) throws IOException {
        if (!parsed.containsKey(file)) {
            parsed.put(file, Files.exists(file) ? CheckpointTokenizer.parts(file) : JSON.createObjectNode());
        }
        return parsed.get(file);
    }
}
