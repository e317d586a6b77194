package io.github.bert4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reference files that are too large, or not free enough, to ship: the folder {@code BERT4J_SHARED}, or else the folder
 * {@code shared} beside the repository.
 */
public final class SharedFiles {
    private SharedFiles() {}

    /** Skips the test if the file is not there. */
    public static Path require(String relativePath) {
        Path path = root().resolve(relativePath);
        assumeTrue(Files.exists(path), path + " is absent: set BERT4J_SHARED to the folder with the shared fixtures");
        return path;
    }

    private static Path root() {
        String configured = System.getenv("BERT4J_SHARED");
        if (configured != null) {
            return Path.of(configured);
        }
        Path folder = Path.of("").toAbsolutePath();
        while (folder.getParent() != null && !Files.exists(folder.resolve(".mvn"))) {
            folder = folder.getParent();
        }
        return folder.resolveSibling("shared");
    }
}
