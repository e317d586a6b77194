package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reference files that are too large, or not free enough, to ship: the folder {@code shared} beside the repository. */
final class SharedFiles {
    private SharedFiles() {}

    /** Skips the test if the file is not there. */
    static Path require(String name) {
        String given = System.getenv("BERT4J_SHARED");
        Path shared = given != null ? Path.of(given) : repository().resolveSibling("shared");
        Path file = shared.resolve(name);
        assumeTrue(Files.exists(file), file + " is absent: set BERT4J_SHARED to run this test");
        return file;
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(".mvn"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
