package io.github.bert4j.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor that this program runs on. */
public final class Processor {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Processor() {}

    /** What it calls itself; its architecture where there is no {@code /proc}. */
    public static String name() throws IOException {
        String architecture = System.getProperty("os.arch");
        if (!Files.exists(PROCESSORS)) {
            return architecture;
        }
        return Files.readAllLines(PROCESSORS).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(architecture);
    }
}
