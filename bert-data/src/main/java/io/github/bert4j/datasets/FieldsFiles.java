package io.github.bert4j.datasets;

import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Labelled records of any task from lines of JSON, an object each with the fields that {@link TaskType#fields} names.
 *
 * @param <S> a labelled record
 */
public record FieldsFiles<S>(TaskType<S, ?, ?> type) implements DatasetReader<S> {

    @Override
    public String task() {
        return type.name();
    }

    @Override
    public List<S> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException {
        List<S> all = new ArrayList<>();
        for (Path file : files) {
            try (Lines lines = Lines.of(file)) {
                all.addAll(JsonLines.read(lines, type.fields(), warnings));
            }
        }
        return all;
    }

    /**
     * One record, of a line.
     *
     * @throws IllegalArgumentException if it is not such an object
     */
    public S read(String json) {
        return JsonLines.fields(json, type.fields()).labelled();
    }
}
