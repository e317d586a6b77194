package io.github.bert4j.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that one process holds at a time, on this machine or in a container that shares the folder; it is gone when the
 * lock is closed, and free again when its process dies.
 */
public final class ProcessLock implements Closeable {
    private static final int LONGEST_MARK = 1 << 16;

    /**
     * What this process holds. Locks of the operating system belong to processes, and closing any descriptor of the file ends
     * them: a second one must not even be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final RandomAccessFile open;

    private ProcessLock(Path file, RandomAccessFile open) {
        this.file = file;
        this.open = open;
    }

    /**
     * Takes a lock.
     *
     * @param file in a folder that exists
     * @return empty if another process has it, or another part of this one
     */
    public static Optional<ProcessLock> acquire(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such directory");
        }
        Path real = folder.toRealPath().resolve(file.getFileName());
        if (!HELD.add(real)) {
            return Optional.empty();
        }
        boolean held = false;
        try {
            Optional<ProcessLock> lock = open(real);
            held = lock.isPresent();
            return lock;
        } finally {
            if (!held) {
                HELD.remove(real);
            }
        }
    }

    private static Optional<ProcessLock> open(Path file) throws IOException {
        while (true) {
            if (!Files.exists(file) && !Files.isWritable(file.getParent())) {
                throw new AccessDeniedException(file.getParent().toString());
            }
            // Streams rather than channels, which an interrupted thread cannot use.
            RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
            boolean held = false;
            try {
                if (open.getChannel().tryLock() == null) {
                    return Optional.empty();
                }
                // The mark is a length: to read the file by its name would end the lock, see HELD.
                long mark = 1 + new SecureRandom().nextInt(LONGEST_MARK);
                open.setLength(mark);
                held = file.toFile().length() == mark;
                if (held) {
                    return Optional.of(new ProcessLock(file, open));
                }
                // Whoever held it deleted it after it was opened here: another file has its name, or none.
            } finally {
                if (!held) {
                    open.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        // Deleted while it is held, or another process could lock what is about to go; Windows can only afterwards.
        boolean deleted = file.toFile().delete();
        open.close();
        if (!deleted) {
            Files.deleteIfExists(file);
        }
        HELD.remove(file);
    }
}
