package io.github.bert4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingDirectoryTest {
    /** Larger than any operating system's process numbers. */
    private static final String DEAD = "999999999999999999";

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
    void replacesAllOfWhatWasThere() throws IOException {
        Path target = folder.resolve("target");
        for (String name : List.of("first", "second")) {
            try (PendingDirectory pending = PendingDirectory.replacing(target)) {
                Files.writeString(pending.path().resolve(name), name);
                pending.commit();
            }
        }
        assertEquals(List.of(target), children(folder));
        assertEquals(List.of(target.resolve("second")), children(target));
    }

    @Test
    void keepsWhatWasThereUnlessCommitted() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("file"), "old");
        try (PendingDirectory pending = PendingDirectory.replacing(target)) {
            Files.writeString(pending.path().resolve("file"), "new");
        }
        assertEquals("old", Files.readString(target.resolve("file")));
        assertEquals(List.of(target), children(folder));
    }

    /** If the new one has gone, so that it cannot be moved. */
    @Test
    void bringsBackWhatWasThereWhenItCannotBeReplaced() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("file"), "old");
        try (PendingDirectory pending = PendingDirectory.replacing(target)) {
            Files.delete(pending.path());
            assertThrows(NoSuchFileException.class, pending::commit);
        }
        assertEquals("old", Files.readString(target.resolve("file")));
        assertEquals(List.of(target), children(folder));
    }

    @Test
    void findsAndBringsBackWhatAStoppedProcessSetAside() throws IOException {
        Path target = folder.resolve("target");
        Path half = directory(".target-" + DEAD + "-1", "half");
        Path old = directory(".target-" + DEAD + "-2-old", "old");
        assertEquals(Optional.of(old), PendingDirectory.setAside(target));
        PendingDirectory.replacing(target).close();
        assertEquals("old", Files.readString(target.resolve("file")));
        assertEquals(List.of(target), children(folder));
        assertFalse(Files.exists(half));

        directory(".target-" + DEAD + "-3-old", "older");
        assertEquals(Optional.empty(), PendingDirectory.setAside(target), "it was replaced: this one is not needed");
        PendingDirectory.replacing(target).close();
        assertEquals("old", Files.readString(target.resolve("file")));
        assertEquals(List.of(target), children(folder));
    }

    @Test
    void leavesAloneWhatIsOfOthers() throws IOException {
        Path target = folder.resolve("target");
        List<Path> others = List.of(
                directory(".target-" + DEAD + "-1-older", "another suffix"),
                directory(".target-" + ProcessHandle.current().pid() + "-1-old", "a living process"),
                directory(".target2-" + DEAD + "-1-old", "another name"));
        assertEquals(Optional.empty(), PendingDirectory.setAside(target));
        assertEquals(Optional.empty(), PendingDirectory.setAside(folder.resolve("absent/target")));
        PendingDirectory.create(target).close();
        assertEquals(Set.copyOf(others), Set.copyOf(children(folder)));
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
