package io.github.bert4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Handles that this process has open. */
final class OpenFiles {
    private static final Path HANDLES = Path.of("/proc/self/fd");

    private OpenFiles() {}

    /** Now; null where there is no {@code /proc}, as on macOS and Windows. */
    static Integer count() throws IOException {
        if (!Files.exists(HANDLES)) {
            return null;
        }
        try (Stream<Path> handles = Files.list(HANDLES)) {
            return (int) handles.count();
        }
    }
}
