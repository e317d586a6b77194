package io.github.bert4j.fuzz;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.VocabularyFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Attacks the readers of {@code tokenizer.json} and {@code tokenizer_config.json}. */
public final class TokenizerJsonFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private static final List<String> TEXTS = List.of(
            "",
            "ab ba  [MASK]<s>！",
            "e\u0301\u0323\u0344\uD800 \u1112\u1161\u11AB\uD83D\uDC68\u200D\uD83D\uDC69 \u0000\uFFFD\u00A0",
            "'s ".repeat(40),
            "a".repeat(300));

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
                    readTexts(folder);
                },
                List.of(IOException.class, VocabularyFormatException.class));
    }

    /** What a tokenizer can be read from, it reads any text with. */
    static void readTexts(Path folder) throws IOException {
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(folder);
        for (String text : TEXTS) {
            tokenizer.encode(text);
            tokenizer.withMarkers(false).encode(text, text, 12);
        }
    }
}
