package io.github.bert4j.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process that is resident, in MiB; null where there is no {@code /proc}, as on macOS and Windows. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** Now. */
    public static Integer megabytes() throws IOException {
        return read("VmRSS:");
    }

    /** The most there ever was. */
    public static Integer peakMegabytes() throws IOException {
        return read("VmHWM:");
    }

    /** A line is {@code VmHWM:     1234 kB}. */
    private static Integer read(String field) throws IOException {
        if (!Files.exists(STATUS)) {
            return null;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(field)) {
                return Integer.parseInt(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException(STATUS + " has no line " + field);
    }
}
