package io.github.bert4j.fuzz;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.tokenize.VocabularyFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Attacks the readers of {@code tokenizer.json} and {@code tokenizer_config.json}. */
public final class TokenizerJsonFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private TokenizerJsonFuzz() {}

    /** The input: a byte that says how long the first file is, in pieces of 16 bytes, and both files. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int split = Math.min(data.length, 1 + (data[0] & 0xFF) * 16);
        INPUT.write("tokenizer_config.json", Arrays.copyOfRange(data, 1, split));
        Path folder = INPUT.write("tokenizer.json", Arrays.copyOfRange(data, split, data.length))
                .getParent();
        INPUT.read(
                () -> {
                    Bert.vocabulary(folder);
                    Bert.lowerCases(folder);
                    Bert.wordPieceTokenizer(folder);
                },
                List.of(IOException.class, VocabularyFormatException.class));
    }
}
