package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingDirectoryTest {
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
}
