package io.github.bert4j.tokenize;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.JsonFault;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts of a {@code tokenizer.json}; its largest, the vocabulary and the merges, are read as they come. */
final class TokenizerJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final ObjectNode rest;
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<Double> scores = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<String> right = new ArrayList<>();

    private TokenizerJson(Path file, JsonParser parser) throws IOException {
        this.file = file;
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException(file + ": expected a JSON object");
        }
        this.rest = object(parser, "");
        if (parser.nextToken() != null) {
            throw new IOException(file + " is no JSON: something follows behind its end");
        }
    }

    static TokenizerJson read(Path file, byte[] json) throws IOException {
        return parsed(file, json, parser -> new TokenizerJson(file, parser));
    }

    /** A whole file. */
    static JsonNode tree(Path file, byte[] json) throws IOException {
        JsonNode tree = parsed(file, json, JSON::<JsonNode>readTree);
        if (tree == null || !tree.isObject()) {
            throw new IOException(file + ": expected a JSON object");
        }
        return tree;
    }

    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T parsed(Path file, byte[] json, Reading<T> reading) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            return reading.from(parser);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no JSON: " + JsonFault.syntax(e), e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new IOException(file + " is not JSON: " + e.getMessage(), e);
        }
    }

    List<AddedToken> added() throws IOException {
        List<AddedToken> tokens = new ArrayList<>();
        if (rest.path("added_tokens").isArray()) {
            for (Described token : new Described(file + ": ", rest).children("added_tokens")) {
                tokens.add(AddedToken.of(token));
            }
        }
        return tokens;
    }

    /** All but the vocabulary and the merges. */
    JsonNode rest() {
        return rest;
    }

    Described part(String name) {
        return new Described(file + ": " + name, rest.path(name));
    }

    private ObjectNode object(JsonParser parser, String path) throws IOException {
        ObjectNode object = JSON.createObjectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (path.isEmpty() && name.equals("model") && value == JsonToken.START_OBJECT) {
                object.set(name, object(parser, name));
            } else if (path.equals("model") && name.equals("vocab") && value == JsonToken.START_OBJECT) {
                readIds(parser);
            } else if (path.equals("model") && name.equals("vocab") && value == JsonToken.START_ARRAY) {
                readScores(parser);
            } else if (path.equals("model") && name.equals("merges") && value == JsonToken.START_ARRAY) {
                readMerges(parser);
            } else {
                object.set(name, parser.readValueAsTree());
            }
        }
        return object;
    }

    private void readIds(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String token = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new IOException("%s: model.vocab has no number as the id of \"%s\"".formatted(file, token));
            }
            ids.put(token, parser.getIntValue());
        }
    }

    private void readScores(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            String token = parser.nextTextValue();
            JsonToken number = parser.nextToken();
            boolean isScore = number == JsonToken.VALUE_NUMBER_FLOAT || number == JsonToken.VALUE_NUMBER_INT;
            if (token == null || !isScore || ids.putIfAbsent(token, scores.size()) != null) {
                throw new IOException("%s: entry %d of model.vocab, \"%s\": expected a token of its own and a number"
                        .formatted(file, scores.size(), token));
            }
            scores.add(parser.getDoubleValue());
            if (parser.nextToken() != JsonToken.END_ARRAY) {
                throw new IOException("%s: entry %d of model.vocab has more than a token and a number"
                        .formatted(file, scores.size() - 1));
            }
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw new IOException("%s: entry %d of model.vocab is no list".formatted(file, scores.size()));
        }
    }

    /** Pairs, or as older files have them, two tokens with a space between. */
    private void readMerges(JsonParser parser) throws IOException {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            String first = null;
            String second = null;
            if (token == JsonToken.VALUE_STRING) {
                String merge = parser.getText();
                int space = merge.indexOf(' ', 1);
                if (space > 0) {
                    first = merge.substring(0, space);
                    second = merge.substring(space + 1);
                }
            } else if (token == JsonToken.START_ARRAY) {
                first = parser.nextTextValue();
                second = parser.nextTextValue();
                token = parser.nextToken();
            }
            if (first == null || second == null) {
                throw new IOException("%s: entry %d of model.merges is not two tokens".formatted(file, left.size()));
            }
            left.add(first);
            right.add(second);
        }
    }

    /** Every token by its id, added ones too. */
    Vocabulary vocabulary(List<AddedToken> added, Optional<SpecialTokens> special) throws IOException {
        int size = 0;
        for (int id : ids.values()) {
            size = Math.max(size, id + 1);
        }
        for (AddedToken token : added) {
            size = Math.max(size, token.id() + 1);
        }
        if (size > ids.size() + added.size()) {
            throw new IOException("%s: its ids go up to %d, but there are fewer tokens".formatted(file, size - 1));
        }
        String[] tokens = new String[size];
        for (Map.Entry<String, Integer> token : ids.entrySet()) {
            put(tokens, token.getValue(), token.getKey());
        }
        for (AddedToken token : added) {
            put(tokens, token.id(), token.content());
        }
        int hole = Arrays.asList(tokens).indexOf(null);
        if (hole >= 0) {
            throw new IOException("%s: no token has the id %d".formatted(file, hole));
        }
        try {
            Vocabulary vocabulary = Vocabulary.of(Arrays.asList(tokens));
            return special.map(vocabulary::withSpecialTokens).orElse(vocabulary);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private void put(String[] tokens, int id, String token) throws IOException {
        if (id < 0 || tokens[id] != null && !tokens[id].equals(token)) {
            throw new IOException(
                    "%s: the id of \"%s\" is %s, expected one of its own from 0 on".formatted(file, token, id));
        }
        tokens[id] = token;
    }

    TokenModel model(Vocabulary vocabulary, List<AddedToken> added) throws IOException {
        Described model = part("model");
        return switch (model.has("type")
                ? model.type()
                : scores.isEmpty() ? left.isEmpty() ? "WordPiece" : "BPE" : "Unigram") {
            case "WordPiece" ->
                WordPieces.of(
                        vocabulary,
                        model.text("continuing_subword_prefix", WordPieces.CONTINUATION),
                        id(model, vocabulary, model.text("unk_token", "[UNK]")),
                        model.has("max_input_chars_per_word") ? model.integer("max_input_chars_per_word") : 100);
            case "BPE" -> {
                model.expect("continuing_subword_prefix", "");
                model.expect("end_of_word_suffix", "");
                model.expect("byte_fallback", "false");
                if (model.has("dropout") && model.json().get("dropout").asDouble() != 0) {
                    throw model.refused("dropout", "none");
                }
                model.expect("unk_token", "");
                yield new BytePairs(vocabulary, left, right, model.flag("ignore_merges", false));
            }
            case "Unigram" -> {
                model.expect("byte_fallback", "false");
                int unknown = model.integer("unk_id");
                if (unknown < 0 || unknown >= scores.size()) {
                    throw model.refused("unk_id", "0 to " + (scores.size() - 1));
                }
                Set<String> special = added.stream()
                        .filter(AddedToken::special)
                        .map(AddedToken::content)
                        .collect(Collectors.toSet());
                double[] all = Arrays.copyOf(
                        scores.stream().mapToDouble(Double::doubleValue).toArray(), vocabulary.size());
                yield new Unigrams(vocabulary, all, unknown, special);
            }
            default -> throw model.refused("type", "WordPiece, BPE or Unigram");
        };
    }

    private static int id(Described model, Vocabulary vocabulary, String token) throws IOException {
        if (!vocabulary.contains(token)) {
            throw model.refused("unk_token", "one of the vocabulary");
        }
        return vocabulary.id(token).getAsInt();
    }
}
