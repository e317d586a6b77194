package io.github.bert4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A line of {@code predict}'s input where a text alone does not say what is asked of it: {@code asked<TAB>text}, or
 * {@code {"id": …, "text": …, "ASKED": …}}.
 *
 * @param id as it was given; null if there is none
 * @param asked such as an event's type, or a question
 */
record AboutText(JsonNode id, String asked, String text) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Answers lines in their order; one that is neither of the two is answered by a {@link Failure}.
     *
     * @param field of the JSON object, which is what {@code asked} is called
     * @param predict one answer per line that it is given
     */
    static List<?> answer(List<String> lines, String field, Function<List<AboutText>, ? extends List<?>> predict) {
        List<AboutText> asked = new ArrayList<>();
        List<Optional<Failure>> failures = new ArrayList<>();
        for (String line : lines) {
            try {
                asked.add(of(line, field));
                failures.add(Optional.empty());
            } catch (IllegalArgumentException e) {
                failures.add(Optional.of(new Failure(line, e.getMessage())));
            }
        }
        Iterator<?> answered = predict.apply(asked).iterator();
        List<Object> answers = new ArrayList<>();
        for (Optional<Failure> failure : failures) {
            answers.add(failure.isPresent() ? failure.get() : answered.next());
        }
        return answers;
    }

    /** @throws IllegalArgumentException if it is neither, saying why */
    private static AboutText of(String line, String field) {
        return line.stripLeading().startsWith("{") ? ofJson(line, field) : ofTabs(line, field);
    }

    private static AboutText ofTabs(String line, String field) {
        int tab = line.indexOf('\t');
        if (tab < 0) {
            throw new IllegalArgumentException("expected a %s, a TAB and a text, or a JSON object".formatted(field));
        }
        return new AboutText(null, line.substring(0, tab), line.substring(tab + 1));
    }

    private static AboutText ofJson(String line, String field) {
        try {
            JsonNode json = JSON.readTree(line);
            JsonNode text = json.path("text");
            JsonNode asked = json.path(field);
            if (!text.isTextual() || !asked.isTextual()) {
                throw new IllegalArgumentException(
                        "expected a JSON object with the strings \"text\" and \"%s\"".formatted(field));
            }
            return new AboutText(json.get("id"), asked.textValue(), text.textValue());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
