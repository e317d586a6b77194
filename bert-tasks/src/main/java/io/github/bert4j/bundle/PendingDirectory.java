package io.github.bert4j.bundle;

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

/**
 * A directory filled under a temporary name beside its own.
 *
 * <p>Directories cannot be replaced in one step: the old one is set aside first. A process that is stopped between the
 * two steps leaves it there, where {@link #setAside} finds it; the next save brings it back and deletes all other
 * leftovers.
 */
final class PendingDirectory implements Closeable {
    private static final String OLD = "-old";

    private final Path target;
    private final Path temporary;

    private PendingDirectory(Path target, Path temporary) {
        this.target = target;
        this.temporary = temporary;
    }

    static PendingDirectory create(Path directory) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        Files.createDirectories(target.getParent());
        clean(target);
        // Not createTempDirectory: nobody but the owner could read the bundle.
        return new PendingDirectory(
                target,
                Files.createDirectory(target.resolveSibling("." + target.getFileName() + "-"
                        + ProcessHandle.current().pid() + "-" + System.nanoTime())));
    }

    /** What stood in this place before a save that was stopped while it replaced it. */
    static Optional<Path> setAside(Path directory) throws IOException {
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

    /** Where to write. */
    Path path() {
        return temporary;
    }

    /** Gives the directory its name; one that has it is brought back should that fail, else deleted. */
    void commit() throws IOException {
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
