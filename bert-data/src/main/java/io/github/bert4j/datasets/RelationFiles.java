package io.github.bert4j.datasets;

import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.RelationTask;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The files of relation extraction, DuIE's: an annotated text per line, {@code {"text", "spo_list": [{"subject", "predicate",
 * "object"}]}}; other fields are passed over.
 */
public final class RelationFiles {
    private RelationFiles() {}

    /**
     * Reads files in the order given.
     *
     * @param warnings told what is left out
     * @throws IOException if a line is not such an object, which it names, or a file holds none
     */
    public static List<LabelledRelations> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return new FieldsFiles<>(new RelationTask()).read(files, TaskOptions.NONE, warnings);
    }
}
