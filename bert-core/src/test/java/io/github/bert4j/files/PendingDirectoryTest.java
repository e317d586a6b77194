package io.github.bert4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingDirectoryTest {
    /** Larger than any operating system's process numbers. */
    @TempDir
    private Path folder;

    @Test
    void appearsWholeOrNotAtAll() throws IOException {
        Path target = folder.resolve("a/b");
        try (PendingDirectory pending = PendingDirectory.create(target)) {
            Files.writeString(pending.path().resolve("file"), "content");
            assertFalse(Files.exists(target));
            pending.commit();
        }
        assertEquals("content", Files.readString(target.resolve("file")));
        try (PendingDirectory pending = PendingDirectory.create(folder.resolve("a/c"))) {
            Files.createDirectories(pending.path().resolve("deep/down"));
        }
        try (var files = Files.list(folder.resolve("a"))) {
            assertEquals(List.of(target), files.toList());
        }
    }

    @Test
    void takesAnEmptyDirectoryButNothingElse() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        try (PendingDirectory pending = PendingDirectory.create(target)) {
            Files.writeString(pending.path().resolve("file"), "content");
            pending.commit();
        }
        String message = assertThrows(IOException.class, () -> PendingDirectory.create(target))
                .getMessage();
        assertTrue(message.contains("not an empty directory"), message);
        assertThrows(IOException.class, () -> PendingDirectory.create(target.resolve("file")));
    }

    @Test
    void doesNotReplaceWhatAppearedMeanwhile() throws IOException {
        Path target = folder.resolve("target");
        try (PendingDirectory pending = PendingDirectory.create(target)) {
            Files.writeString(pending.path().resolve("file"), "ours");
            Files.createDirectory(target);
            Files.writeString(target.resolve("other"), "theirs");
            assertThrows(IOException.class, pending::commit);
        }
        assertEquals("theirs", Files.readString(target.resolve("other")));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(target), files.toList());
        }
    }

    @Test
    void replacesFilesOfTheSameNames() throws IOException {
        Path target = folder.resolve("target");
        for (String content : List.of("first", "second")) {
            try (PendingDirectory pending = PendingDirectory.replacing(target)) {
                Files.writeString(pending.path().resolve("file"), content);
                pending.commit();
            }
        }
        assertEquals(List.of(target), children(folder));
        assertEquals(List.of(target.resolve("file")), children(target));
        assertEquals("second", Files.readString(target.resolve("file")));
    }

    @Test
    void keepsWhatWasThereUnlessCommitted() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("file"), "old");
        try (PendingDirectory pending = PendingDirectory.replacing(target)) {
            Files.writeString(pending.path().resolve("file"), "new");
        }
        assertEquals("old", Files.readString(target.resolve("file")));
        assertEquals(List.of(target.resolve("file")), children(target));
    }

    /** A directory stays the same one: a shell may stand in it, or a disk be mounted there. */
    @Test
    void followsSymbolicLinksAndKeepsTheDirectory() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Object key = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        try (PendingDirectory pending = PendingDirectory.replacing(link)) {
            Files.writeString(pending.path().resolve("file"), "new");
            pending.commit();
        }
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(real.resolve("file")));
        assertEquals(key, Files.readAttributes(real, BasicFileAttributes.class).fileKey());
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        String message = assertThrows(IOException.class, () -> PendingDirectory.replacing(dangling))
                .getMessage();
        assertTrue(message.contains("symbolic link") && message.contains("nowhere"), message);
    }

    /** Whatever the operation before which a process is stopped: what is read then is all old or all new. */
    @Test
    void isAllOldOrAllNewWhereverItIsStopped() throws IOException {
        List<String> names = List.of("a", "b", "c");
        int stops = 0;
        for (boolean stopped = true; stopped; stops++) {
            Path target = Files.createDirectory(folder.resolve("target" + stops));
            for (String name : names) {
                Files.writeString(target.resolve(name), "old");
            }
            int last = stops;
            int[] operations = {0};
            stopped = false;
            PendingDirectory pending = PendingDirectory.replacing(target, () -> {
                if (operations[0]++ == last) {
                    throw new Stopped();
                }
            });
            try {
                for (String name : names) {
                    Files.writeString(pending.path().resolve(name), "new");
                }
                pending.commit();
            } catch (Stopped e) {
                stopped = true;
            }
            if (stopped) {
                pending.release(); // as the operating system does
            } else {
                pending.close();
            }
            boolean seen = PendingDirectory.has(target, "a");
            PendingDirectory.finish(target);
            Set<String> found = new HashSet<>();
            for (String name : names) {
                found.add(Files.readString(target.resolve(name)));
            }
            assertTrue(seen);
            assertEquals(1, found.size(), "stopped before operation " + stops);
            assertEquals(stops == 0 ? Set.of("old") : Set.of("new"), found);
            PendingDirectory.replacing(target).close();
            assertEquals(names.size(), children(target).size(), "nothing is left over");
        }
        assertEquals(6, stops, "before the renaming, each of three files, and the end");
    }

    @Test
    void isWrittenByOneAtATime() throws IOException {
        Path target = folder.resolve("target");
        try (PendingDirectory pending = PendingDirectory.replacing(target)) {
            String message = assertThrows(IOException.class, () -> PendingDirectory.replacing(target))
                    .getMessage();
            assertTrue(message.contains("by another process"), message);
            assertTrue(Files.exists(pending.path()));
        }
        PendingDirectory.replacing(target).close();
        assertEquals(List.of(), children(folder));
    }

    @Test
    void findsWhatAnEarlierVersionSetAside() throws IOException {
        Path target = folder.resolve("target");
        Path old = directory(".target-1-2-old", "old"); // 1 is alive in every container
        directory(".target2-1-2-old", "another name");
        assertEquals(Optional.of(old), PendingDirectory.setAside(target));
        assertEquals(Optional.empty(), PendingDirectory.setAside(folder.resolve("absent/target")));
        Files.createDirectory(target);
        assertEquals(Optional.empty(), PendingDirectory.setAside(target), "it was replaced: this one is not needed");
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Path directory(String name, String content) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        Files.writeString(directory.resolve("file"), content);
        return directory;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
