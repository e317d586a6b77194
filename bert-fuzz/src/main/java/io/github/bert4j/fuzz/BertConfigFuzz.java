package io.github.bert4j.fuzz;

import io.github.bert4j.bert.BertConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The reader of {@code bert_config.json}. */
public final class BertConfigFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private BertConfigFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("bert_config.json", data);
        INPUT.read(() -> BertConfig.load(file), List.of(IOException.class));
    }
}
