package io.github.bert4j.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A directory filled under a temporary name, so that nobody ever sees it half filled.
 *
 * <pre>{@code
 * try (PendingDirectory pending = PendingDirectory.create(target)) {
 *     bert.save(pending.path());
 *     pending.commit();
 * }
 * }</pre>
 *
 * <p>A new directory is filled beside its place and renamed. One that exists keeps its place, which may be a mount point or
 * what a shell stands in: its new files are filled in below it, declared complete by one renaming, and then moved up one by
 * one. A process that is stopped in between leaves those that it had not moved, for {@link #finish}. One process writes a directory at a time. Symbolic links are followed.
 */
public final class PendingDirectory implements Closeable {
    /** Held by whoever is to replace the files again and again. */
    public static final String TRAINING = ".bert4j-training";

    private static final String NEW = ".bert4j-new";
    private static final String COMPLETE = ".bert4j-complete";
    private static final String LOCK = ".bert4j-lock";
    private static final int PATIENCE_SECONDS = 60;

    private final Path target;
    private final Path temporary;
    private final ProcessLock lock;
    private final Runnable beforeEach;

    private PendingDirectory(Path target, Path temporary, ProcessLock lock, Runnable beforeEach) {
        this.target = target;
        this.temporary = temporary;
        this.lock = lock;
        this.beforeEach = beforeEach;
    }

    /**
     * Makes the temporary directory of a new one, and the target's parents.
     *
     * @throws IOException if the target exists and is anything but an empty directory, or someone else is writing it
     */
    public static PendingDirectory create(Path target) throws IOException {
        requireFree(target);
        return replacing(target);
    }

    /** As {@link #create(Path)}, for a target that may be a directory with files, which new ones of their names replace. */
    public static PendingDirectory replacing(Path target) throws IOException {
        return replacing(target, () -> {});
    }

    /** @param beforeEach called before each of the operations on files that tests stop between */
    static PendingDirectory replacing(Path directory, Runnable beforeEach) throws IOException {
        if (Files.isSymbolicLink(directory) && !Files.exists(directory)) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "a symbolic link to %s, which is not there: make that directory, or choose another place"
                            .formatted(Files.readSymbolicLink(directory)));
        }
        Path target = Files.exists(directory)
                ? directory.toRealPath()
                : directory.toAbsolutePath().normalize();
        boolean exists = Files.exists(target);
        if (exists && !Files.isDirectory(target)) {
            throw new FileSystemException(directory.toString(), null, "a file, expected a directory or nothing");
        }
        requireDirectories(target.getParent());
        Path lockFile = exists ? target.resolve(LOCK) : beside(target, LOCK);
        ProcessLock lock = ProcessLock.acquire(lockFile)
                .orElseThrow(() -> new IOException(
                        directory + " is being written by another process: wait for it, or choose another place"));
        boolean done = false;
        try {
            Path temporary = exists ? target.resolve(NEW) : beside(target, NEW);
            // Whoever made it held the lock, and is no more.
            Folder.delete(temporary);
            if (exists) {
                moveUp(target, beforeEach);
            }
            // Not createTempDirectory: nobody but the owner could read the result.
            Files.createDirectory(temporary);
            done = true;
            return new PendingDirectory(target, temporary, lock, beforeEach);
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    /** Files.createDirectories names what is in the way, but not how. */
    private static void requireDirectories(Path directory) throws IOException {
        if (directory == null) {
            return;
        }
        for (Path part = directory; part != null; part = part.getParent()) {
            if (Files.exists(part)) {
                if (!Files.isDirectory(part)) {
                    throw new FileSystemException(part.toString(), null, "a file, expected a directory");
                }
                break;
            }
        }
        Files.createDirectories(directory);
    }

    private static Path beside(Path target, String name) {
        return target.resolveSibling("." + target.getFileName() + name);
    }

    private static void requireFree(Path target) throws IOException {
        if (Files.exists(target) && !(Files.isDirectory(target) && files(target).isEmpty())) {
            throw new IOException(
                    target + " exists and is not an empty directory: choose another place, or remove it first");
        }
    }

    /** A directory's files, without those of a save or a training under way. */
    public static List<Path> files(Path directory) throws IOException {
        return Folder.files(directory).stream()
                .filter(file -> !List.of(TRAINING, NEW, COMPLETE, LOCK)
                        .contains(file.getFileName().toString()))
                .toList();
    }

    /**
     * Moves to their places the files of a save that was stopped after it was complete; waits for one that is under way.
     *
     * @throws IOException if they cannot be moved, or not within a minute
     */
    public static void finish(Path directory) throws IOException {
        Path complete = directory.resolve(COMPLETE);
        for (int i = 0; Files.exists(complete); i++) {
            Optional<ProcessLock> lock = ProcessLock.acquire(directory.resolve(LOCK));
            if (lock.isPresent()) {
                try {
                    moveUp(directory, () -> {});
                } finally {
                    lock.get().close();
                }
            } else if (i == PATIENCE_SECONDS * 10) {
                throw new IOException(directory + " is being written by another process: try again later");
            } else {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    /** Whether a file of this name is there, or will be after {@link #finish}. */
    public static boolean has(Path directory, String name) {
        return Files.exists(directory.resolve(name))
                || Files.exists(directory.resolve(COMPLETE).resolve(name));
    }

    /** What stood in this place before a save of an earlier version that was stopped while it replaced it. */
    public static Optional<Path> setAside(Path directory) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        if (Files.exists(target) || target.getParent() == null || !Files.isDirectory(target.getParent())) {
            return Optional.empty();
        }
        Predicate<String> old = Pattern.compile(Pattern.quote("." + target.getFileName() + "-") + "\\d{1,18}-\\d+-old")
                .asMatchPredicate();
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(target.getParent())) {
            for (Path sibling : siblings) {
                if (old.test(sibling.getFileName().toString())) {
                    return Optional.of(sibling);
                }
            }
        }
        return Optional.empty();
    }

    /** The directory to fill. */
    public Path path() {
        return temporary;
    }

    /**
     * Gives the files their place.
     *
     * @throws IOException if something is there by now and is not to be replaced
     */
    public void commit() throws IOException {
        boolean inside = temporary.getParent().equals(target);
        if (!inside) {
            requireFree(target);
        }
        Folder.force(temporary);
        beforeEach.run();
        if (!inside) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Folder.force(target.getParent());
            return;
        }
        Files.move(temporary, target.resolve(COMPLETE), StandardCopyOption.ATOMIC_MOVE);
        Folder.force(target);
        moveUp(target, beforeEach);
    }

    /** Moves what is complete to its place. */
    private static void moveUp(Path target, Runnable beforeEach) throws IOException {
        Path complete = target.resolve(COMPLETE);
        if (!Files.exists(complete)) {
            return;
        }
        for (Path file : Folder.files(complete)) {
            beforeEach.run();
            Files.move(
                    file,
                    target.resolve(file.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        beforeEach.run();
        Folder.force(target);
        Files.delete(complete);
    }

    /** What is left of a process that is stopped; for tests. */
    void release() throws IOException {
        lock.close();
    }

    /** Deletes what was not committed. */
    @Override
    public void close() throws IOException {
        try (lock) {
            Folder.delete(temporary);
        }
    }
}
