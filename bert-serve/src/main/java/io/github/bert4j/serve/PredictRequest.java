package io.github.bert4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.task.MalformedQuestionException;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.QuestionJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What a request asks: {@code {"text": …}} with the fields of the task, or {@code {"texts": […]}} of such objects and of
 * strings.
 *
 * @param many whether the answer is a list
 */
record PredictRequest(List<Question> questions, boolean many) {
    private static final String TEXTS = "texts";

    /** @throws RefusedException 400 if it is not what is expected, 413 if it is too much */
    static PredictRequest parse(byte[] body, QuestionFields fields, Limits limits) throws RefusedException {
        try {
            return new Reading(new QuestionJson(fields, false), limits).request(body);
        } catch (MalformedQuestionException e) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST_400,
                    new Problem(e.getMessage(), e.expected() + ", or {\"texts\": […]}", e.received(), e.fix()));
        }
    }

    /** Reads one body. */
    private record Reading(QuestionJson json, Limits limits) {

        PredictRequest request(byte[] body) throws RefusedException, MalformedQuestionException {
            if (body.length == 0) {
                throw json.malformed("The body is empty", "nothing", "Send a JSON object as the body of the request.");
            }
            if (!(json.tree(body) instanceof ObjectNode object)) {
                throw json.malformed(
                        "The body is no JSON object",
                        "something else",
                        "Put the text into an object, as the field \"text\".");
            }
            return object.has(TEXTS)
                    ? new PredictRequest(questions(object), true)
                    : new PredictRequest(List.of(question(object, "")), false);
        }

        private List<Question> questions(ObjectNode object) throws RefusedException, MalformedQuestionException {
            JsonNode texts = object.get(TEXTS);
            if (object.size() > 1) {
                throw json.malformed(
                        "There are fields beside \"texts\"",
                        "the fields " + QuestionJson.names(object),
                        "Put fields that belong to a text into an object of the list: {\"texts\": [{\"text\": …}]}.");
            }
            if (!texts.isArray() || texts.isEmpty()) {
                throw json.malformed(
                        "\"texts\" is no list of texts",
                        texts.isArray() ? "an empty list" : JsonFault.kind(texts),
                        "Give at least one text in [ ], or a single one as \"text\".");
            }
            if (texts.size() > limits.texts()) {
                throw tooMuch(
                        "There are too many texts",
                        "at most %d texts".formatted(limits.texts()),
                        "%d texts".formatted(texts.size()),
                        "Send them in several requests; those that wait at the same time are computed together.");
            }
            List<Question> questions = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                questions.add(question(texts.get(i), "texts[%d]".formatted(i)));
            }
            return questions;
        }

        private Question question(JsonNode node, String place) throws RefusedException, MalformedQuestionException {
            if (node instanceof ObjectNode object) {
                return limited(json.question(object, place.isEmpty() ? "" : place + "."), place);
            }
            if (!node.isTextual()) {
                throw json.malformed(
                        place + " is neither a string nor an object",
                        JsonFault.kind(node),
                        "Put texts into quotation marks.");
            }
            if (json.fields().asked().isPresent()) {
                throw json.malformed(
                        place + " is a text alone", "a string", "Put what this model needs into an object.");
            }
            json.requireWhole(node.textValue(), place);
            return limited(Question.of(node.textValue()), place);
        }

        private Question limited(Question question, String place) throws RefusedException {
            int longest = Stream.of(Stream.of(question.text()), question.second().stream(), question.asked().stream())
                    .flatMap(texts -> texts)
                    .mapToInt(String::length)
                    .max()
                    .orElseThrow();
            if (longest > limits.textLength()) {
                throw tooMuch(
                        "\"%s\" is too long".formatted(place.isEmpty() ? "text" : place),
                        "at most %d characters".formatted(limits.textLength()),
                        "%d characters".formatted(longest),
                        "Cut it into parts.");
            }
            return question;
        }

        private static RefusedException tooMuch(String error, String expected, String received, String fix) {
            return new RefusedException(HttpStatus.PAYLOAD_TOO_LARGE_413, new Problem(error, expected, received, fix));
        }
    }
}
