package io.github.bert4j.testdata;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of this module, by their names in its README. */
public final class SampleData {
    private static final List<String> CHECKPOINT =
            List.of("bert_config.json", "vocab.txt", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001");

    private SampleData() {}

    /**
     * Opens a file.
     *
     * @param name such as {@code sentiment/train.tsv}
     */
    public static InputStream open(String name) throws IOException {
        InputStream found = SampleData.class.getResourceAsStream(name);
        if (found == null) {
            throw new FileNotFoundException(
                    name + " is not among the sample data: the README of src-test-data lists them");
        }
        return found;
    }

    /** Copies a file; returns the target. */
    public static Path copy(String name, Path target) throws IOException {
        try (InputStream in = open(name)) {
            Files.copy(in, target);
        }
        return target;
    }

    /** Copies the tiny random checkpoint to a directory, which is made if it is not there; returns it. */
    public static Path tinyBert(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String name : CHECKPOINT) {
            copy("tiny-bert/" + name, directory.resolve(name));
        }
        return directory;
    }
}
