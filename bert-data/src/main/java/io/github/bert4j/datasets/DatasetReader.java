package io.github.bert4j.datasets;

import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Reads a task's files. A task of your own that has files of its own names one in
 * {@code META-INF/services/io.github.bert4j.datasets.DatasetReader}; without it, its files are lines of JSON.
 *
 * @param <S> a labelled record
 */
public interface DatasetReader<S> {

    /** The name of the task. */
    String task();

    /**
     * Reads files in the order given.
     *
     * @param chosen the task's own options
     * @param warnings told what is left out, and what else is odd
     * @throws IOException if a file cannot be read, or holds nothing
     */
    List<S> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException;

    /** The reader for a task: one that is named so, or else of lines of JSON, {@link FieldsFiles}. */
    @SuppressWarnings("unchecked") // whoever has the name reads the task's records
    static <S> DatasetReader<S> of(TaskType<S, ?, ?> type) {
        return ServiceLoader.load(DatasetReader.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(reader -> reader.task().equals(type.name()))
                .map(reader -> (DatasetReader<S>) reader)
                .findFirst()
                .orElseGet(() -> new FieldsFiles<>(type));
    }
}
