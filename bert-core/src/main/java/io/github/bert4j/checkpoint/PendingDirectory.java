package io.github.bert4j.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory filled under a temporary name beside its own, so that nobody ever sees it half filled.
 *
 * <pre>{@code
 * try (PendingDirectory pending = PendingDirectory.create(target)) {
 *     bert.save(pending.path());
 *     pending.commit();
 * }
 * }</pre>
 */
public final class PendingDirectory implements Closeable {
    private final Path target;
    private final Path temporary;

    private PendingDirectory(Path target, Path temporary) {
        this.target = target;
        this.temporary = temporary;
    }

    /**
     * Makes the temporary directory, and the target's parents.
     *
     * @throws IOException if the target exists and is anything but an empty directory
     */
    public static PendingDirectory create(Path target) throws IOException {
        if (Files.exists(target) && !isEmptyDirectory(target)) {
            throw new IOException(
                    target + " exists and is not an empty directory: choose another place, or remove it first");
        }
        Path absolute = target.toAbsolutePath().normalize();
        Files.createDirectories(absolute.getParent());
        // Not createTempDirectory: nobody but the owner could read the result.
        Path temporary = Files.createDirectory(absolute.resolveSibling("." + absolute.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".part"));
        return new PendingDirectory(absolute, temporary);
    }

    /** The directory to fill. */
    public Path path() {
        return temporary;
    }

    /**
     * Gives the directory its name.
     *
     * @throws IOException if something is there by now
     */
    public void commit() throws IOException {
        if (isEmptyDirectory(target)) {
            Files.delete(target);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes what was not committed. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(temporary)) {
            return;
        }
        List<Path> contents;
        try (Stream<Path> files = Files.walk(temporary)) {
            contents = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : contents) {
            Files.delete(file);
        }
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }
}
