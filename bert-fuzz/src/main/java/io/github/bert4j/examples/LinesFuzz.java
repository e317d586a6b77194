package io.github.bert4j.examples;

import io.github.bert4j.classification.Labelling;
import io.github.bert4j.fuzz.Input;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The readers of data sets whose rows are lines or rows of CSV. */
public final class LinesFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private LinesFuzz() {}

    /** The input: a byte that says which reader, and the file. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        List<Path> files = List.of(INPUT.write("data.tsv", Arrays.copyOfRange(data, 1, data.length)));
        Input.Reader reader = switch (data[0] & 7) {
            case 0 -> () -> ReviewFiles.read(files, warning -> {});
            case 1 -> () -> ClassifiedLines.of(Labelling.MULTI_CLASS).read(files, warning -> {});
            case 2 -> () -> ClassifiedLines.of(Labelling.MULTI_LABEL).read(files, warning -> {});
            case 3 -> () -> ScoredLines.readMeasurable(files, warning -> {});
            case 4, 5 -> () -> EventFiles.read(files, warning -> {});
            default -> () -> EntityFiles.texts(files, warning -> {});
        };
        INPUT.read(reader, List.of(IOException.class));
    }
}
