package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds real checkpoints that are too large for the repository; tests that need one are skipped without it. */
final class SharedFiles {
    private SharedFiles() {}

    static Path require(String relativePath) {
        Path path = root().resolve(relativePath).normalize();
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
        return folder.resolve("../shared");
    }
}
