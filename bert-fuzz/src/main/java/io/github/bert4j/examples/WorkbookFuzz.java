package io.github.bert4j.examples;

import io.github.bert4j.fuzz.Input;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The reader of Excel workbooks. */
public final class WorkbookFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private WorkbookFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write(ReviewWorkbook.NEGATIVE, data);
        INPUT.read(() -> ReviewWorkbook.read(file), List.of(IOException.class));
    }
}
