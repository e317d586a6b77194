package io.github.bert4j.datasets;

import io.github.bert4j.joint.JointTask;
import io.github.bert4j.joint.LabelledJointText;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Files of texts with a label and entities, an object of JSON per line: {@code {"text", "label", "entities": [{"start", "end",
 * "label"}]}}.
 */
public final class JointFiles {
    private JointFiles() {}

    /**
     * Reads files in the order given.
     *
     * @param warnings told what is left out
     * @throws IOException if a line is not such an object, which it names, or a file holds none
     */
    public static List<LabelledJointText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return new FieldsFiles<>(new JointTask()).read(files, TaskOptions.NONE, warnings);
    }
}
