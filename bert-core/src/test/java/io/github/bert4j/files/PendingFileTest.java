package io.github.bert4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bert4j.LimitedProgram;
import io.github.bert4j.checkpoint.BundleBytes;
import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorFlowCheckpointWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file that is replaced is worth when the new one cannot be written. */
class PendingFileTest {
    private static final byte[] OLD = {1, 2, 3};

    @TempDir
    private Path folder;

    @Test
    void overwritesWhatAStoppedProcessLeftBehind() throws Exception {
        Path target = folder.resolve("weights");
        Files.write(folder.resolve(".weights.part"), new byte[100]);
        Files.write(folder.resolve(".weights.lock"), OLD);
        Files.write(folder.resolve(".weights2.part"), OLD);
        PendingFile.write(target, OLD);
        assertEquals(Set.of("weights", ".weights2.part"), names());
        assertEquals(ByteBuffer.wrap(OLD), ByteBuffer.wrap(Files.readAllBytes(target)));
    }

    @Test
    void isWrittenByOneAtATime() throws IOException {
        Path target = folder.resolve("weights");
        try (PendingFile pending = PendingFile.create(target)) {
            String message = assertThrows(IOException.class, () -> PendingFile.create(target))
                    .getMessage();
            assertTrue(message.contains("by another process"), message);
            pending.commit();
        }
        PendingFile.write(target, OLD);
        assertEquals(Set.of("weights"), names());
    }

    @Test
    void isWrittenByAnInterruptedThreadToo() throws IOException {
        Path target = folder.resolve("weights");
        Thread.currentThread().interrupt();
        try {
            PendingFile.write(target, OLD);
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(ByteBuffer.wrap(OLD), ByteBuffer.wrap(Files.readAllBytes(target)));
    }

    @Test
    void followsSymbolicLinks() throws IOException {
        Path real = Files.write(folder.resolve("real"), new byte[1]);
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        PendingFile.write(link, OLD);
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(ByteBuffer.wrap(OLD), ByteBuffer.wrap(Files.readAllBytes(real)));
    }

    @Test
    void holdsWhatWasWrittenAndThenOverwritten() throws IOException {
        Path target = folder.resolve("weights");
        PendingFile.write(target, OLD);
        assertEquals(ByteBuffer.wrap(OLD), ByteBuffer.wrap(Files.readAllBytes(target)));
        try (PendingFile pending = PendingFile.create(target)) {
            pending.write(ByteBuffer.wrap(new byte[] {5, 6, 7, 8}));
            pending.overwrite(1, ByteBuffer.wrap(new byte[] {1, 2}));
            assertEquals(4, Files.size(pending.path()));
            pending.commit();
            assertThrows(IOException.class, () -> pending.write(ByteBuffer.wrap(OLD)));
        }
        assertEquals(ByteBuffer.wrap(new byte[] {5, 1, 2, 8}), ByteBuffer.wrap(Files.readAllBytes(target)));
        assertEquals(Set.of("weights"), names());
    }

    @Test
    void cannotBeWrittenOnceCompleteOrClosed() throws IOException {
        PendingFile complete = PendingFile.create(folder.resolve("a"));
        complete.complete();
        PendingFile closed = PendingFile.create(folder.resolve("b"));
        closed.close();
        for (PendingFile pending : List.of(complete, closed)) {
            assertThrows(IOException.class, () -> pending.write(ByteBuffer.wrap(OLD)));
        }
        complete.close();
        assertEquals(Set.of(), names());
    }

    @Test
    void keepsTheOldFileWhenATensorCannotBeWritten() throws IOException {
        Path target = folder.resolve("a.safetensors");
        Files.write(target, OLD);
        NamedTensor failing = new NamedTensor(new TensorInfo("b", DataType.UINT8, List.of(3L)), () -> {
            throw new IOException("no more");
        });
        for (var write : writers(target, List.of(floats(), failing))) {
            assertThrows(IOException.class, write::run);
        }
        assertEquals(Set.of("a.safetensors"), names());
        assertEquals(ByteBuffer.wrap(OLD), ByteBuffer.wrap(Files.readAllBytes(target)));
    }

    /** A process may write files of so many blocks: what the operating system says is as on a full disk. */
    @Test
    void keepsTheOldFilesWhenTheDiskIsFull() throws Exception {
        List<NamedTensor> small = List.of(NamedTensor.ofFloats("a", List.of(2L), 1, 2));
        SafeTensorsWriter.write(folder.resolve("m.safetensors"), Map.of(), small);
        TensorFlowCheckpointWriter.write(folder.resolve("m.ckpt"), small);
        Set<String> before = names();
        String output = LimitedProgram.run(FullDisk.class, 64, folder.toString());
        assertEquals("safetensors IOException, checkpoint IOException", output.strip());
        assertEquals(before, names());
        for (Path path : List.of(folder.resolve("m.safetensors"), folder.resolve("m.ckpt"))) {
            try (TensorSource source = TensorSource.open(path)) {
                ByteBuffer bytes = ByteBuffer.allocate(8);
                source.read("a", bytes);
                assertEquals(ByteBuffer.wrap(BundleBytes.floats(1, 2)), bytes.flip());
            }
        }
    }

    @Test
    void keepsTheOldFileInAFolderThatCannotBeWritten() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "permissions as on POSIX are needed");
        Path target = folder.resolve("a.safetensors");
        Files.write(target, OLD);
        folder.toFile().setWritable(false);
        try {
            assumeFalse(Files.isWritable(folder), "this user may write everywhere");
            for (var write : writers(target, List.of(floats()))) {
                assertThrows(IOException.class, write::run);
            }
        } finally {
            folder.toFile().setWritable(true);
        }
        assertEquals(Set.of("a.safetensors"), names());
        assertEquals(ByteBuffer.wrap(OLD), ByteBuffer.wrap(Files.readAllBytes(target)));
    }

    /** Writes more than it may. */
    static final class FullDisk {
        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            List<NamedTensor> large =
                    List.of(floats(), NamedTensor.ofFloats("b", List.of(100_000L), new float[100_000]));
            System.out.println("safetensors "
                    + failure(() -> SafeTensorsWriter.write(folder.resolve("m.safetensors"), Map.of(), large))
                    + ", checkpoint "
                    + failure(() -> TensorFlowCheckpointWriter.write(folder.resolve("m.ckpt"), large)));
        }

        private static String failure(Write write) {
            try {
                write.run();
                return "written";
            } catch (IOException e) {
                return e.getClass().getSimpleName();
            }
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    private static List<Write> writers(Path target, List<NamedTensor> tensors) {
        return List.of(
                () -> SafeTensorsWriter.write(target, Map.of(), tensors),
                () -> SafeTensorsWriter.writeChecked(target, Map.of(), tensors),
                () -> TensorFlowCheckpointWriter.write(target, tensors));
    }

    private static NamedTensor floats() {
        return NamedTensor.ofFloats("a", List.of(2L), 1, 2);
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
