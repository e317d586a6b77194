package io.github.bert4j.fuzz;

import io.github.bert4j.classification.Labelling;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.datasets.EntityFiles;
import io.github.bert4j.datasets.EventFiles;
import io.github.bert4j.datasets.PairFiles;
import io.github.bert4j.datasets.ReviewFiles;
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
            case 1 -> () -> ClassificationFiles.of(Labelling.MULTI_CLASS).read(files, warning -> {});
            case 2 -> () -> ClassificationFiles.of(Labelling.MULTI_LABEL).read(files, warning -> {});
            case 3 -> () -> PairFiles.read(files, warning -> {});
            case 4, 5 -> () -> EventFiles.read(files, warning -> {});
            default -> () -> EntityFiles.read(files, warning -> {});
        };
        INPUT.read(reader, List.of(IOException.class));
    }
}
