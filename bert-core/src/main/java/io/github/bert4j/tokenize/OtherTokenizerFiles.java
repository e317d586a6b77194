package io.github.bert4j.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What checkpoints without a {@code tokenizer.json} have, as a {@code tokenizer.json}.
 *
 * <p>Source: {@code convert_slow_tokenizer.py} of huggingface/transformers.
 */
final class OtherTokenizerFiles {
    /** Characters of the longest word that Hugging Face's word pieces are made of. */
    static final int LONGEST_WORD = 100;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BYTE_PAIRS = "vocab.json";
    private static final String MERGES = "merges.txt";
    private static final String WORD_PIECES = "vocab.txt";
    private static final String SENTENCE_PIECES = "*.model";

    private OtherTokenizerFiles() {}

    static byte[] asJson(Path directory) throws IOException {
        Path settings = directory.resolve(TokenizerFile.SETTINGS);
        JsonNode own = Files.exists(settings)
                ? TokenizerJson.tree(settings, Files.readAllBytes(settings))
                : JSON.createObjectNode();
        if (Files.exists(directory.resolve(BYTE_PAIRS)) && Files.exists(directory.resolve(MERGES))) {
            return bytes(bytePairs(directory, own));
        }
        List<Path> models = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, SENTENCE_PIECES)) {
            files.forEach(models::add);
        }
        if (models.size() == 1) {
            return bytes(sentencePieces(SentencePieces.read(models.get(0)), own));
        }
        if (Files.exists(directory.resolve(WORD_PIECES))) {
            Vocabulary loaded = Vocabulary.load(directory.resolve(WORD_PIECES));
            Vocabulary vocabulary = TokenizerFile.specialTokens(own)
                    .map(loaded::withSpecialTokens)
                    .orElse(loaded);
            return wordPieces(vocabulary, own.path("do_lower_case").asBoolean(!vocabulary.hasCapitals()), LONGEST_WORD);
        }
        throw new NoSuchFileException(
                directory.toString(),
                null,
                "there is no tokenizer: expected %s, %s with %s, one %s, or %s"
                        .formatted(TokenizerFile.NAME, BYTE_PAIRS, MERGES, SENTENCE_PIECES, WORD_PIECES));
    }

    private static byte[] bytes(ObjectNode json) throws IOException {
        json.put("version", "1.0").putNull("truncation").putNull("padding");
        return JSON.writeValueAsBytes(json);
    }

    private static ObjectNode bytePairs(Path directory, JsonNode settings) throws IOException {
        Path file = directory.resolve(BYTE_PAIRS);
        JsonNode ids = TokenizerJson.tree(file, Files.readAllBytes(file));
        ObjectNode json = JSON.createObjectNode();
        SpecialTokens special = TokenizerFile.specialTokens(settings).orElse(SpecialTokens.ROBERTA);
        ArrayNode added = json.putArray("added_tokens");
        for (String token : special.all()) {
            if (ids.path(token).isInt()) {
                add(added, token, ids.get(token).intValue(), token.equals(special.mask()));
            }
        }
        boolean prefixed = settings.path("add_prefix_space").asBoolean(false);
        json.set("pre_tokenizer", byteLevel(prefixed));
        json.set("decoder", byteLevel(true));
        json.set(
                "post_processor",
                around(
                                special,
                                ids.path(special.classification()).asInt(-1),
                                ids.path(special.separator()).asInt(-1),
                                false)
                        .put("trim_offsets", true)
                        .put("add_prefix_space", prefixed));
        ObjectNode model = json.putObject("model").put("type", "BPE");
        model.set("vocab", ids);
        ArrayNode merges = model.putArray("merges");
        Path second = directory.resolve(MERGES);
        try {
            for (String line : Files.readAllLines(second)) {
                if (!line.startsWith("#version") && !line.isBlank()) {
                    merges.add(line.stripTrailing());
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(second + " is not UTF-8", e);
        }
        return json;
    }

    /** With ids as fairseq has them, where the model is not ALBERT's, whose pieces hold all special tokens. */
    private static ObjectNode sentencePieces(SentencePieces file, JsonNode settings) {
        boolean albert =
                file.pieces().stream().anyMatch(piece -> piece.text().equals(SpecialTokens.BERT.classification()));
        SpecialTokens special = albert ? ALBERT : SpecialTokens.ROBERTA;
        List<SentencePieces.Piece> pieces = new ArrayList<>();
        if (albert) {
            pieces.addAll(file.pieces());
        } else {
            for (String first :
                    List.of(special.classification(), special.padding(), special.separator(), special.unknown())) {
                pieces.add(new SentencePieces.Piece(first, 0));
            }
            file.pieces().stream().skip(3).forEach(pieces::add);
            pieces.add(new SentencePieces.Piece(special.mask(), 0));
        }
        List<String> names = pieces.stream().map(SentencePieces.Piece::text).toList();
        ObjectNode json = JSON.createObjectNode();
        ArrayNode added = json.putArray("added_tokens");
        for (String token : special.all()) {
            if (names.contains(token)) {
                add(added, token, names.indexOf(token), token.equals(special.mask()));
            }
        }
        ArrayNode normalizers =
                json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (albert) {
            replace(normalizers, "String", "``", "\"");
            replace(normalizers, "String", "''", "\"");
            if (!settings.path("keep_accents").asBoolean(false)) {
                normalizers.addObject().put("type", "NFKD");
                normalizers.addObject().put("type", "StripAccents");
            }
            if (settings.path("do_lower_case").asBoolean(true)) {
                normalizers.addObject().put("type", "Lowercase");
            }
        }
        if (file.characterMap().length > 0) {
            normalizers
                    .addObject()
                    .put("type", "Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(file.characterMap()));
        }
        if (!albert) {
            normalizers
                    .addObject()
                    .put("type", "Strip")
                    .put("strip_left", false)
                    .put("strip_right", true);
        }
        replace(normalizers, "Regex", " {2,}", albert ? " " : Metaspace.SIGN);
        json.set("pre_tokenizer", metaspace());
        json.set("decoder", metaspace());
        json.set(
                "post_processor",
                around(special, names.indexOf(special.classification()), names.indexOf(special.separator()), albert));
        ObjectNode model =
                json.putObject("model").put("type", "Unigram").put("unk_id", names.indexOf(special.unknown()));
        ArrayNode scores = model.putArray("vocab");
        pieces.forEach(piece -> scores.addArray().add(piece.text()).add(piece.score()));
        return json;
    }

    private static final SpecialTokens ALBERT = new SpecialTokens("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]");

    private static ObjectNode metaspace() {
        return JSON.createObjectNode()
                .put("type", "Metaspace")
                .put("replacement", Metaspace.SIGN)
                .put("prepend_scheme", "always")
                .put("split", true);
    }

    private static ObjectNode byteLevel(boolean prefixed) {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", prefixed)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static void replace(ArrayNode normalizers, String kind, String pattern, String content) {
        normalizers
                .addObject()
                .put("type", "Replace")
                .put("content", content)
                .putObject("pattern")
                .put(kind, pattern);
    }

    private static ObjectNode around(SpecialTokens special, int first, int last, boolean bert) {
        ObjectNode around = JSON.createObjectNode().put("type", bert ? "BertProcessing" : "RobertaProcessing");
        if (!bert) {
            around.put("trim_offsets", false).put("add_prefix_space", false);
        }
        around.putArray("cls").add(special.classification()).add(first);
        around.putArray("sep").add(special.separator()).add(last);
        return around;
    }

    static byte[] wordPieces(Vocabulary vocabulary, boolean lowerCase, int longestWord) throws IOException {
        SpecialTokens special = vocabulary.specialTokens();
        ObjectNode json = JSON.createObjectNode();
        ArrayNode added = json.putArray("added_tokens");
        for (String token : special.all()) {
            vocabulary.id(token).ifPresent(id -> add(added, token, id, false));
        }
        json.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .put("strip_accents", lowerCase)
                .put("lowercase", lowerCase);
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        boolean bert = special.classification().equals(SpecialTokens.BERT.classification());
        json.set("post_processor", around(special, vocabulary.classificationId(), vocabulary.separatorId(), bert));
        json.putObject("decoder")
                .put("type", "WordPiece")
                .put("prefix", WordPieces.CONTINUATION)
                .put("cleanup", true);
        ObjectNode model = json.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", special.unknown())
                .put("continuing_subword_prefix", WordPieces.CONTINUATION)
                .put("max_input_chars_per_word", longestWord);
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            ids.put(vocabulary.token(id), id);
        }
        return bytes(json);
    }

    private static void add(ArrayNode added, String token, int id, boolean stripped) {
        added.addObject()
                .put("id", id)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", stripped)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }
}
