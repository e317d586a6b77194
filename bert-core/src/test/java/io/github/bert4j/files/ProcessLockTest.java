package io.github.bert4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessLockTest {
    @TempDir
    private Path folder;

    /** Writes a directory half, holds it until stdin ends, and then stops as if it were killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            PendingDirectory pending = PendingDirectory.replacing(Path.of(arguments[0]));
            Files.writeString(pending.path().resolve("file"), "half");
            System.out.println("process " + ProcessHandle.current().pid());
            System.in.read();
            Runtime.getRuntime().halt(9);
        }
    }

    @Test
    void isHeldByOneAndGoneAfterwards() throws IOException {
        Path file = folder.resolve("lock");
        ProcessLock lock = ProcessLock.acquire(file).orElseThrow();
        assertEquals(Optional.empty(), ProcessLock.acquire(file));
        assertEquals(Optional.empty(), ProcessLock.acquire(folder.resolve("../" + folder.getFileName() + "/lock")));
        lock.close();
        assertFalse(Files.exists(file));
        ProcessLock.acquire(file).orElseThrow().close();
        assertThrows(IOException.class, () -> ProcessLock.acquire(folder.resolve("absent/lock")));
    }

    /** In namespaces of their own, as in containers, both processes have the same number. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatAnotherProcessWritesAndTakesOverWhereItDied(boolean namespaces) throws Exception {
        List<String> apart = namespaces ? List.of("unshare", "--pid", "--fork", "--mount-proc") : List.of();
        assumeTrue(!namespaces || runs(apart), "unshare is not there, or not allowed");
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("file"), "old");
        Process holder = start(apart, target);
        String first = holder.inputReader().readLine();
        Process other = start(apart, target);
        assertTrue(other.waitFor(60, TimeUnit.SECONDS), "it does not wait");
        assertEquals(1, other.exitValue(), "refused by an exception");
        assertEquals("half", Files.readString(target.resolve(".bert4j-new/file")));
        assertEquals("old", Files.readString(target.resolve("file")));
        holder.getOutputStream().close();
        holder.waitFor();
        if (namespaces) {
            assertTrue(first.matches("process \\d"), first);
        }
        try (PendingDirectory pending = PendingDirectory.replacing(target)) {
            Files.writeString(pending.path().resolve("file"), "new");
            pending.commit();
        }
        assertEquals("new", Files.readString(target.resolve("file")));
        assertEquals(List.of(target.resolve("file")), Folder.files(target));
    }

    @Test
    void removesTemporaryDirectoriesThatNobodyHolds() throws IOException {
        Path abandoned = Files.createDirectories(folder.resolve("kind-1/below"));
        Files.createDirectory(folder.resolve("other"));
        try (TemporaryDirectory held = TemporaryDirectory.create(folder, "kind-")) {
            assertFalse(Files.exists(abandoned.getParent()));
            try (TemporaryDirectory second = TemporaryDirectory.create(folder, "kind-")) {
                assertTrue(Files.exists(held.path()), second + " is another one");
            }
        }
        assertEquals(List.of(folder.resolve("other")), Folder.files(folder));
    }

    private static Process start(List<String> apart, Path target) throws IOException {
        List<String> command = new ArrayList<>(apart);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                target.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static boolean runs(List<String> apart) throws InterruptedException {
        List<String> command = new ArrayList<>(apart);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
