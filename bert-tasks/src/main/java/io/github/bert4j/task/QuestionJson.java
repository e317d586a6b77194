package io.github.bert4j.task;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.github.bert4j.files.JsonFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Questions as objects of JSON: {@code {"id": …, "text": …, "second": …, "type": …}}, of which {@link QuestionFields} say what
 * there is.
 *
 * @param others whether other fields are passed over, as files of data sets have them; else they are refused
 */
public record QuestionJson(QuestionFields fields, boolean others) {
    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .reader();

    /** Reads UTF-8; a tree without meaning so far. */
    public JsonNode tree(byte[] json) throws MalformedQuestionException {
        return tree(
                () -> {
                    String text = decoded(json);
                    return withSpelling(JSON.readTree(text), text);
                },
                json.length + " bytes");
    }

    /** Jackson takes some bytes for UTF-16 or UTF-32, which no client should rely on. */
    private static String decoded(byte[] json) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    }

    /** Reads one object. */
    public Question question(String json) throws MalformedQuestionException {
        JsonNode tree = tree(() -> withSpelling(JSON.readTree(json), json), json.length() + " characters");
        if (!(tree instanceof ObjectNode object)) {
            throw malformed(
                    "This is no JSON object",
                    JsonFault.kind(tree),
                    "Put the text into an object, as the field \"text\".");
        }
        return question(object, "");
    }

    /**
     * Reads an object of a larger one.
     *
     * @param place where it stands, put before names in messages, such as {@code texts[2].}
     */
    public Question question(ObjectNode object, String place) throws MalformedQuestionException {
        for (String name : fields.required()) {
            // A question with one text of two has an answer that says so.
            if (!object.has(name) && !name.equals(QuestionFields.SECOND)) {
                throw malformed(
                        "\"%s%s\" is missing".formatted(place, name),
                        object.isEmpty() ? "an object without fields" : "the fields " + names(object),
                        "Add it; this model needs " + JsonFault.quoted(fields.required()) + ".");
            }
        }
        for (var field : object.properties()) {
            String name = field.getKey();
            boolean known =
                    fields.required().contains(name) || fields.optional().contains(name);
            if (!known && (!others || name.equals(QuestionFields.SECOND))) {
                throw malformed(
                        "\"%s%s\" is unknown to this model".formatted(place, name),
                        "the fields " + names(object),
                        "Leave it out, or correct its spelling.");
            }
            if (known && !field.getValue().isTextual() && !name.equals(QuestionFields.ID)) {
                throw malformed(
                        "\"%s%s\" is no string".formatted(place, name),
                        JsonFault.kind(field.getValue()),
                        "Put it into quotation marks.");
            }
            if (known && field.getValue().isTextual()) {
                requireWhole(field.getValue().textValue(), place + name);
            }
        }
        return new Question(
                Optional.ofNullable(object.get(QuestionFields.ID)),
                object.get(QuestionFields.TEXT).textValue(),
                string(object, QuestionFields.SECOND),
                fields.asked().flatMap(name -> string(object, name)));
    }

    /** @throws MalformedQuestionException if a text holds half of a character */
    public void requireWhole(String text, String place) throws MalformedQuestionException {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                throw malformed(
                        "\"%s\" holds half of a surrogate pair, which is no character".formatted(place),
                        "\\u%04x at %d".formatted((int) text.charAt(i), i),
                        "Write both halves, or the character itself in UTF-8.");
            }
        }
    }

    /** The complaint that something is no such object. */
    public MalformedQuestionException malformed(String error, String received, String fix) {
        return new MalformedQuestionException(error, expected(), received, fix);
    }

    /** The names of an object's fields, for messages. */
    public static String names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return JsonFault.quoted(names);
    }

    private interface Parsing {
        JsonNode tree() throws IOException;
    }

    /** Of an id, numbers come back as they are spelt: whoever sent 1e3 may not know 1000. */
    private static JsonNode withSpelling(JsonNode tree, String json) throws IOException {
        Deque<String> spellings = new ArrayDeque<>();
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals(QuestionFields.ID)) {
                    collectNumbers(parser, spellings);
                }
            }
        }
        return spellings.isEmpty() ? tree : respelt(tree, false, spellings);
    }

    /** Those of the value that comes next. */
    private static void collectNumbers(JsonParser parser, Deque<String> spellings) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.nextToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token.isNumeric()) {
                spellings.add(parser.getText());
            }
        } while (depth > 0);
    }

    private static JsonNode respelt(JsonNode node, boolean id, Deque<String> spellings) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(field -> field.setValue(
                            respelt(field.getValue(), id || field.getKey().equals(QuestionFields.ID), spellings)));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, respelt(array.get(i), id, spellings));
            }
        } else if (id && node.isNumber()) {
            return JsonNodeFactory.instance.rawValueNode(new RawValue(spellings.remove()));
        }
        return node;
    }

    private JsonNode tree(Parsing parsing, String size) throws MalformedQuestionException {
        try {
            return parsing.tree();
        } catch (JsonProcessingException e) {
            throw malformed(
                    "This is not JSON: " + JsonFault.syntax(e),
                    size,
                    "Write it with a JSON library, in UTF-8; by hand, mind quotes, commas and \\n for line ends.");
        } catch (IOException e) {
            throw malformed("This is not JSON in UTF-8", size, "Encode it in UTF-8.");
        }
    }

    private String expected() {
        String one = String.join(
                ", ",
                fields.required().stream().map(name -> "\"" + name + "\": …").toList());
        return "{%s}, where there may be %s too".formatted(one, JsonFault.quoted(fields.optional()));
    }

    private static Optional<String> string(ObjectNode object, String name) {
        return Optional.ofNullable(object.get(name)).map(JsonNode::textValue);
    }
}
