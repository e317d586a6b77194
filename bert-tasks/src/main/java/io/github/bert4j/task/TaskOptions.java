package io.github.bert4j.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was chosen of a task's own {@link TaskOption options}. */
public final class TaskOptions {
    /** Nothing: everything is as usual. */
    public static final TaskOptions NONE = new TaskOptions(Map.of());

    private final Map<TaskOption<?>, Object> values;

    private TaskOptions(Map<TaskOption<?>, Object> values) {
        this.values = values;
    }

    /**
     * The same, with one more choice.
     *
     * @throws ClassCastException if the value is of another type
     */
    public <T> TaskOptions with(TaskOption<T> option, Object value) {
        Map<TaskOption<?>, Object> more = new HashMap<>(values);
        more.put(option, option.type().cast(value));
        return new TaskOptions(more);
    }

    /**
     * Choices as text.
     *
     * @param options that there are
     * @param chosen such as {@code head=crf}
     * @throws IllegalArgumentException if one is no such choice
     */
    public static TaskOptions parse(List<TaskOption<?>> options, List<String> chosen) {
        TaskOptions parsed = NONE;
        for (String text : chosen) {
            String[] parts = text.split("=", 2);
            TaskOption<?> option = options.stream()
                    .filter(known -> known.name().equals(parts[0]) && parts.length == 2)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "The choice \"%s\": expected NAME=VALUE with one of the names %s"
                                    .formatted(
                                            text,
                                            options.stream()
                                                    .map(TaskOption::name)
                                                    .toList())));
            parsed = parsed.with(option, option.parse(parts[1]));
        }
        return parsed;
    }

    /** What was chosen, or what is usual; empty if neither. */
    public <T> Optional<T> find(TaskOption<T> option) {
        Object value = values.get(option);
        return value == null ? option.value() : Optional.of(option.type().cast(value));
    }

    /** As {@link #find}, of an option that has a usual value. */
    public <T> T get(TaskOption<T> option) {
        return find(option).orElseThrow();
    }
}
