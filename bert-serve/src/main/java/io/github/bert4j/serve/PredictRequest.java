package io.github.bert4j.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What a request asks: {@code {"text": …}} with the fields of the task, or {@code {"texts": […]}} of such objects and of
 * strings.
 *
 * @param lines as {@code predict} reads them
 * @param many whether the answer is a list
 */
record PredictRequest(List<String> lines, boolean many) {
    private static final String TEXTS = "texts";

    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    /** @throws RefusedException 400 if it is not what is expected, 413 if it is too much */
    static PredictRequest parse(byte[] body, InputFields fields, Limits limits) throws RefusedException {
        return new Reading(fields, limits).request(body);
    }

    /** Reads one body. */
    private record Reading(InputFields fields, Limits limits) {

        PredictRequest request(byte[] body) throws RefusedException {
            if (body.length == 0) {
                throw bad("The body is empty", "nothing", "Send a JSON object as the body of the request.");
            }
            JsonNode root = json(body);
            if (!(root instanceof ObjectNode object)) {
                throw bad(
                        "The body is no JSON object",
                        kind(root),
                        "Put the text into an object, as the field \"text\".");
            }
            if (!object.has(TEXTS)) {
                return new PredictRequest(List.of(line(object, "")), false);
            }
            return new PredictRequest(lines(object), true);
        }

        private JsonNode json(byte[] body) throws RefusedException {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                String place = e.getLocation() == null
                        ? ""
                        : " at line %d, column %d"
                                .formatted(
                                        e.getLocation().getLineNr(),
                                        e.getLocation().getColumnNr());
                throw bad(
                        "The body is not JSON: " + e.getOriginalMessage() + place,
                        "%d bytes".formatted(body.length),
                        "Write it with a JSON library, in UTF-8; by hand, mind quotes, commas and \\n for line ends.");
            } catch (IOException e) {
                throw bad(
                        "The body is not JSON in UTF-8: " + e.getMessage(),
                        "%d bytes".formatted(body.length),
                        "Encode the body in UTF-8.");
            }
        }

        private List<String> lines(ObjectNode object) throws RefusedException {
            JsonNode texts = object.get(TEXTS);
            if (object.size() > 1) {
                throw bad(
                        "There are fields beside \"texts\"",
                        "the fields " + names(object),
                        "Put fields that belong to a text into an object of the list: {\"texts\": [{\"text\": …}]}.");
            }
            if (!texts.isArray() || texts.isEmpty()) {
                throw bad(
                        "\"texts\" is no list of texts",
                        texts.isArray() ? "an empty list" : kind(texts),
                        "Give at least one text in [ ], or a single one as \"text\".");
            }
            if (texts.size() > limits.texts()) {
                throw tooMuch(
                        "There are too many texts",
                        "at most %d texts".formatted(limits.texts()),
                        "%d texts".formatted(texts.size()),
                        "Send them in several requests; those that wait at the same time are computed together.");
            }
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                String place = "texts[%d]".formatted(i);
                JsonNode text = texts.get(i);
                if (text instanceof ObjectNode one) {
                    lines.add(line(one, place + "."));
                } else if (text.isTextual()) {
                    checkString(text.textValue(), place);
                    lines.add(fields.isTextEnough() ? fields.line(object(text.textValue())) : text.textValue());
                } else {
                    throw bad(
                            place + " is neither a string nor an object",
                            kind(text),
                            "Put texts into quotation marks.");
                }
            }
            return lines;
        }

        private String line(ObjectNode object, String place) throws RefusedException {
            for (String name : fields.required()) {
                if (!object.has(name)) {
                    throw bad(
                            "\"%s%s\" is missing".formatted(place, name),
                            object.isEmpty() ? "an object without fields" : "the fields " + names(object),
                            "Add it; this model needs " + quoted(fields.required()) + ".");
                }
            }
            for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!fields.all().contains(name)) {
                    throw bad(
                            "\"%s%s\" is unknown".formatted(place, name),
                            "the fields " + names(object),
                            "Leave it out, or correct its spelling.");
                }
                JsonNode value = object.get(name);
                if (value.isTextual()) {
                    checkString(value.textValue(), place + name);
                } else if (!name.equals(InputFields.ID)) {
                    throw bad(
                            "\"%s%s\" is no string".formatted(place, name),
                            kind(value),
                            "Put it into quotation marks.");
                }
            }
            if (object.has(InputFields.SECOND)
                    && object.get(InputFields.TEXT).textValue().contains("\t")) {
                throw bad(
                        "\"%stext\" holds a TAB, which would be taken for the end of the first text".formatted(place),
                        "a text with a TAB and a \"second\"",
                        "Replace TABs by spaces.");
            }
            return fields.line(object);
        }

        private void checkString(String text, String place) throws RefusedException {
            if (text.length() > limits.textLength()) {
                throw tooMuch(
                        "\"%s\" is too long".formatted(place),
                        "at most %d characters".formatted(limits.textLength()),
                        "%d characters".formatted(text.length()),
                        "Cut it into parts.");
            }
            for (int i = 0; i < text.length(); i++) {
                if (Character.isSurrogate(text.charAt(i))) {
                    boolean pair =
                            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                    if (!pair) {
                        throw bad(
                                "\"%s\" holds half of a surrogate pair, which is no character".formatted(place),
                                "\\u%04x at %d".formatted((int) text.charAt(i), i),
                                "Write both halves, or the character itself in UTF-8.");
                    }
                    i++;
                }
            }
        }

        private ObjectNode object(String text) {
            return JsonNodeFactory.instance.objectNode().put(InputFields.TEXT, text);
        }

        private RefusedException bad(String error, String received, String fix) {
            return new RefusedException(HttpStatus.BAD_REQUEST_400, new Problem(error, expected(), received, fix));
        }

        private static RefusedException tooMuch(String error, String expected, String received, String fix) {
            return new RefusedException(HttpStatus.PAYLOAD_TOO_LARGE_413, new Problem(error, expected, received, fix));
        }

        private String expected() {
            String one = String.join(
                    ", ",
                    fields.required().stream()
                            .map(name -> "\"" + name + "\": …")
                            .toList());
            String more =
                    fields.optional().isEmpty() ? "" : ", where there may be " + quoted(fields.optional()) + " too,";
            return "{%s}%s or {\"texts\": […]}".formatted(one, more);
        }

        private static String names(ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            return quoted(names);
        }

        private static String quoted(List<String> names) {
            return String.join(
                            ", ",
                            names.stream()
                                    .limit(10)
                                    .map(name -> '"' + name + '"')
                                    .toList())
                    + (names.size() > 10 ? " …" : "");
        }

        private static String kind(JsonNode node) {
            return switch (node.getNodeType()) {
                case STRING -> "a string";
                case NUMBER -> "a number";
                case BOOLEAN -> "a boolean";
                case ARRAY -> "a list";
                case OBJECT, POJO -> "an object";
                case NULL -> "null";
                case BINARY, MISSING -> "nothing";
            };
        }
    }
}
