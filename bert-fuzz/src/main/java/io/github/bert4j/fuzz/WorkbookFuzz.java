package io.github.bert4j.fuzz;

import io.github.bert4j.datasets.ReviewFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The reader of Excel workbooks. */
public final class WorkbookFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private WorkbookFuzz() {}

    /** The input is the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path file = INPUT.write("neg.xls", data);
        INPUT.read(() -> ReviewFiles.read(List.of(file), warning -> {}), List.of(IOException.class));
    }
}
