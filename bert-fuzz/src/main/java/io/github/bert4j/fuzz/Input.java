package io.github.bert4j.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Files that a target writes and a reader reads, and what must hold whatever is in them.
 *
 * <p>A reader ends normally or by one of its documented exceptions, and asks for no more heap than a multiple of the
 * files' size. Jazzer itself reports what runs too long, and paths, classes and commands that come from a file.
 */
public final class Input {
    /** Buffers, parsers and messages, whatever the size of the file. */
    private static final long CONSTANT = 16 << 20;

    /** Objects made of every byte: a list of one-letter strings takes about 100. */
    private static final long PER_BYTE = 2048;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Path folder;
    private long size;

    private Input(Path folder) {
        this.folder = folder;
    }

    /** A folder of its own for a target's files. */
    public static Input inTemporaryFolder() {
        try {
            return new Input(Files.createTempDirectory("bert4j-fuzz-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what was written and throws whatever it meets. */
    @FunctionalInterface
    public interface Reader {
        void read() throws Exception;
    }

    /** Where {@link #write} puts files. */
    public Path folder() {
        return folder;
    }

    /** Writes or overwrites a file, in place, which is faster than creating it. */
    public Path write(String name, byte[] bytes) {
        Path file = folder.resolve(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.truncate(bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        size += bytes.length;
        return file;
    }

    /**
     * Runs a reader over what was written since the last call.
     *
     * @param documented what it may throw; subclasses count, but of {@code IOException} only itself does
     * @throws AssertionError if it throws anything else, or takes too much memory
     */
    public void read(Reader reader, List<Class<? extends Exception>> documented) {
        long allowed = CONSTANT + PER_BYTE * size;
        size = 0;
        long taken = taken(reader, documented);
        if (taken > allowed) {
            taken = taken(reader, documented); // the first run may have loaded classes, and Jazzer changed them
        }
        if (taken > allowed) {
            throw new AssertionError("it took %d bytes of heap, expected %d at most".formatted(taken, allowed));
        }
    }

    private static long taken(Reader reader, List<Class<? extends Exception>> documented) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            reader.read();
        } catch (Exception e) {
            if (documented.stream()
                    .noneMatch(type -> type == IOException.class ? e.getClass() == type : type.isInstance(e))) {
                throw new AssertionError("an exception that is not documented: " + e, e);
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
