package io.github.bert4j.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Attacks the reader of SentencePiece's {@code *.model}, and what then reads texts. */
public final class SentencePieceFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private SentencePieceFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path folder = INPUT.write("sentencepiece.bpe.model", data).getParent();
        INPUT.read(() -> TokenizerJsonFuzz.readTexts(folder), List.of(IOException.class));
    }
}
