package io.github.bert4j.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 *
 * <p>Directories cannot be replaced in one step: the old one is set aside first. A process that is stopped between the
 * two steps leaves it there, where {@link #setAside} finds it; the next save brings it back and deletes all other
 * leftovers.
 */
public final class PendingDirectory implements Closeable {
    private static final String OLD = "-old";

    private final Path target;
    private final Path temporary;
    private final boolean replaces;

    private PendingDirectory(Path target, Path temporary, boolean replaces) {
        this.target = target;
        this.temporary = temporary;
        this.replaces = replaces;
    }

    /**
     * Makes the temporary directory of a new one, and the target's parents.
     *
     * @throws IOException if the target exists and is anything but an empty directory
     */
    public static PendingDirectory create(Path target) throws IOException {
        requireFree(target);
        return create(target, false);
    }

    /** As {@link #create(Path)}, for a target that may exist and is replaced then. */
    public static PendingDirectory replacing(Path target) throws IOException {
        return create(target, true);
    }

    private static PendingDirectory create(Path directory, boolean replaces) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        Files.createDirectories(target.getParent());
        clean(target);
        // Not createTempDirectory: nobody but the owner could read the result.
        return new PendingDirectory(
                target,
                Files.createDirectory(target.resolveSibling("." + target.getFileName() + "-"
                        + ProcessHandle.current().pid() + "-" + System.nanoTime())),
                replaces);
    }

    private static void requireFree(Path target) throws IOException {
        if (Files.exists(target) && !isEmptyDirectory(target)) {
            throw new IOException(
                    target + " exists and is not an empty directory: choose another place, or remove it first");
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

    /** What stood in this place before a save that was stopped while it replaced it. */
    public static Optional<Path> setAside(Path directory) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        return Files.exists(target)
                ? Optional.empty()
                : leftovers(target).stream().filter(PendingDirectory::isOld).findFirst();
    }

    private static void clean(Path target) throws IOException {
        for (Path leftover : leftovers(target)) {
            if (isOld(leftover) && !Files.exists(target)) {
                Files.move(leftover, target, StandardCopyOption.ATOMIC_MOVE);
            } else {
                delete(leftover);
            }
        }
    }

    /** Directories of this name that processes left behind which are no more. */
    private static List<Path> leftovers(Path target) throws IOException {
        List<Path> leftovers = new ArrayList<>();
        if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
            return leftovers;
        }
        Pattern name =
                Pattern.compile(Pattern.quote("." + target.getFileName() + "-") + "(\\d{1,18})-\\d+(" + OLD + ")?");
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(target.getParent())) {
            for (Path sibling : siblings) {
                Matcher leftover = name.matcher(sibling.getFileName().toString());
                if (leftover.matches()
                        && ProcessHandle.of(Long.parseLong(leftover.group(1))).isEmpty()) {
                    leftovers.add(sibling);
                }
            }
        }
        return leftovers;
    }

    private static boolean isOld(Path leftover) {
        return leftover.getFileName().toString().endsWith(OLD);
    }

    /** The directory to fill. */
    public Path path() {
        return temporary;
    }

    /**
     * Gives the directory its name; one that has it is brought back should that fail, else deleted.
     *
     * @throws IOException if something is there by now and is not to be replaced
     */
    public void commit() throws IOException {
        if (!replaces) {
            requireFree(target);
        }
        if (!Files.exists(target)) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old = temporary.resolveSibling(temporary.getFileName() + OLD);
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        delete(old);
    }

    /** Deletes what was not committed. */
    @Override
    public void close() throws IOException {
        delete(temporary);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
