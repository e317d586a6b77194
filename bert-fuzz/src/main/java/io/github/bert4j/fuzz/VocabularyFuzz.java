package io.github.bert4j.fuzz;

import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.VocabularyFormatException;
import java.nio.file.Path;
import java.util.List;

/** The reader of {@code vocab.txt}. */
public final class VocabularyFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private VocabularyFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("vocab.txt", data);
        INPUT.read(() -> Vocabulary.load(file), List.of(VocabularyFormatException.class));
    }
}
