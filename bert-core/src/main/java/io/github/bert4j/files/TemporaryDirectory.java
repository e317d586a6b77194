package io.github.bert4j.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for as long as it is open, or until the program ends. Those of processes that were killed before they could remove
 * them go when the next one of their kind is made.
 */
public final class TemporaryDirectory implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TemporaryDirectory.class);
    private static final String LOCK = ".lock";

    private final Path path;
    private final ProcessLock lock;
    private final Thread atTheEnd;

    private TemporaryDirectory(Path path, ProcessLock lock) {
        this.path = path;
        this.lock = lock;
        this.atTheEnd = new Thread(this::remove, "remove " + path.getFileName());
    }

    /** @param kind what its name begins with */
    public static TemporaryDirectory create(String kind) throws IOException {
        return create(Path.of(System.getProperty("java.io.tmpdir")), kind);
    }

    static TemporaryDirectory create(Path folder, String kind) throws IOException {
        removeAbandoned(folder, kind);
        Path path = folder.resolve(kind + UUID.randomUUID());
        // Held before the directory is there: whoever sees one without a holder removes it.
        ProcessLock lock = ProcessLock.acquire(lock(path))
                .orElseThrow(() -> new IllegalStateException("Nobody else has drawn the name " + path));
        Files.createDirectory(path);
        TemporaryDirectory directory = new TemporaryDirectory(path, lock);
        Runtime.getRuntime().addShutdownHook(directory.atTheEnd);
        return directory;
    }

    private static void removeAbandoned(Path folder, String kind) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, kind + "*")) {
            for (Path one : all) {
                if (Files.isDirectory(one) && Files.isWritable(one)) {
                    Optional<ProcessLock> lock = ProcessLock.acquire(lock(one));
                    if (lock.isPresent()) {
                        Folder.delete(one);
                        lock.get().close();
                    }
                }
            }
        }
    }

    private static Path lock(Path directory) {
        return directory.resolveSibling("." + directory.getFileName() + LOCK);
    }

    public Path path() {
        return path;
    }

    /** Whether a path will be gone when its program ends, since it is in such a directory. */
    public static boolean holds(Path path) {
        for (Path each = path.toAbsolutePath().normalize(); each.getFileName() != null; each = each.getParent()) {
            if (Files.exists(lock(each))) {
                return true;
            }
        }
        return false;
    }

    /** Removes it and all that is in it. */
    @Override
    public void close() throws IOException {
        if (!hasEnded()) {
            Folder.delete(path);
            lock.close();
        }
    }

    /** Whether the program is ending, so that the directory goes without this. */
    private boolean hasEnded() {
        try {
            Runtime.getRuntime().removeShutdownHook(atTheEnd);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private void remove() {
        try {
            Folder.delete(path);
            lock.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", path, e.toString());
        }
    }
}
