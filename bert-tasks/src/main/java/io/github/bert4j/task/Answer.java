package io.github.bert4j.task;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What is said of a question, or why nothing is.
 *
 * @param fields of the question, by whose names it is repeated
 * @param said a record, whose components become fields of the JSON object; empty if there is no answer
 * @param error why there is none
 */
public record Answer(Question question, QuestionFields fields, Optional<Object> said, Optional<String> error) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is said: a record. */
    public static Answer of(Question question, QuestionFields fields, Object said) {
        return new Answer(question, fields, Optional.of(said), Optional.empty());
    }

    /** What is told instead of an answer. */
    public static Answer failure(Question question, String error) {
        return new Answer(question, QuestionFields.text(), Optional.empty(), Optional.of(error));
    }

    /** What is told of a line that is no question. */
    public static Answer failure(String line, MalformedQuestionException reason) {
        return failure(
                Question.of(line),
                "%s: expected %s, received %s".formatted(reason.getMessage(), reason.expected(), reason.received()));
    }

    /** Whether there is one. */
    public boolean isGiven() {
        return error.isEmpty();
    }

    /** The question's fields and then the answer's: {@code {"id", "text", "second", …}}, or {@code {"id", "text", "error"}}. */
    @JsonValue
    public Object json() {
        ObjectNode object = JSON.createObjectNode();
        question.id().ifPresent(id -> object.set(QuestionFields.ID, JSON.valueToTree(id)));
        boolean blank = question.text().isBlank();
        object.put(QuestionFields.TEXT, blank ? "" : question.text());
        if (error.isPresent()) {
            return object.put("error", error.get());
        }
        question.second().ifPresent(second -> object.put(QuestionFields.SECOND, second));
        fields.asked().ifPresent(name -> object.put(name, question.asked().orElseThrow()));
        return object.setAll(JSON.<ObjectNode>valueToTree(said.orElseThrow()));
    }

    /** The JSON object as text. */
    @Override
    public String toString() {
        try {
            return JSON.writeValueAsString(json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Every answer can be written as JSON", e);
        }
    }
}
