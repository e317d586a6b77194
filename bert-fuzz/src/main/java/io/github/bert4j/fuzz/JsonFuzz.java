package io.github.bert4j.fuzz;

import io.github.bert4j.datasets.EntityFiles;
import io.github.bert4j.datasets.JointFiles;
import io.github.bert4j.datasets.Lines;
import io.github.bert4j.datasets.QuestionFiles;
import io.github.bert4j.datasets.RelationFiles;
import io.github.bert4j.relation.Schema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The readers of data sets of JSON: objects line by line, and articles of questions. */
public final class JsonFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private JsonFuzz() {}

    /** The input: a byte that says which reader, and the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Path file = INPUT.write("data.json", Arrays.copyOfRange(data, 1, data.length));
        List<Path> files = List.of(file);
        Input.Reader reader = switch (data[0] & 7) {
            case 0 -> () -> RelationFiles.read(files, warning -> {});
            case 1 -> () -> Schema.predicates(file, warning -> {});
            case 2, 3 -> () -> EntityFiles.read(files, warning -> {});
            case 4 -> () -> JointFiles.read(files, warning -> {});
            case 5 ->
                () -> {
                    try (Lines lines = Lines.of(file)) {
                        lines.chunk();
                    }
                };
            default -> () -> QuestionFiles.read(files, warning -> {});
        };
        INPUT.read(reader, List.of(IOException.class));
    }
}
