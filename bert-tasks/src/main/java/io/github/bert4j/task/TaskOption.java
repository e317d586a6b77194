package io.github.bert4j.task;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/**
 * A choice that a task has beside those of {@link TrainingOptions}, such as what stands on top of BERT; on the command line
 * an option.
 *
 * @param name in lower case, with hyphens
 * @param type a Boolean, Double, Integer, String, Path or enum
 * @param value what is taken where nothing is chosen; empty if that is for the training data to say
 * @param required whether the command line insists on it
 * @param description for {@code --help}
 * @param bound of numbers, what they must be above
 */
public record TaskOption<T>(
        String name, Class<T> type, Optional<T> value, boolean required, String description, double bound) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    /** A choice that need not be made. */
    public static <T> TaskOption<T> of(String name, Class<T> type, T value, String description) {
        return new TaskOption<>(name, type, Optional.of(value), false, description, Double.NEGATIVE_INFINITY);
    }

    /** A choice that the command line insists on. */
    public static <T> TaskOption<T> required(String name, Class<T> type, String description) {
        return new TaskOption<>(name, type, Optional.empty(), true, description, Double.NEGATIVE_INFINITY);
    }

    /** The same, of numbers above this one. */
    public TaskOption<T> above(double other) {
        return new TaskOption<>(name, type, value, required, description, other);
    }

    /** @throws IllegalArgumentException if a text is no value of it */
    T parse(String text) {
        try {
            return JSON.convertValue(text, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is \"%s\": expected a %s".formatted(name, text, type.getSimpleName()), e);
        }
    }
}
