package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorSourceTest {
    @TempDir
    private Path folder;

    @Test
    void opensTheOneCheckpointOfADirectory() throws IOException {
        Files.createFile(folder.resolve("vocab.txt"));
        new BundleBytes(1).write(folder.resolve("model.ckpt"));
        try (var source = TensorSource.open(folder)) {
            assertInstanceOf(TensorFlowCheckpoint.class, source);
            assertEquals(folder.resolve("model.ckpt"), source.location());
        }
    }

    @Test
    void opensAFileOrAPrefixByItsName() throws IOException {
        new BundleBytes(1).write(folder.resolve("model.ckpt"));
        SafeTensorsWriter.write(folder.resolve("weights.safetensors"), Map.of(), List.of());
        for (String name : List.of("model.ckpt", "model.ckpt.index")) {
            try (var source = TensorSource.open(folder.resolve(name))) {
                assertInstanceOf(TensorFlowCheckpoint.class, source);
            }
        }
        try (var source = TensorSource.open(folder.resolve("weights.safetensors"))) {
            assertInstanceOf(SafeTensors.class, source);
        }
        assertThrows(NoSuchFileException.class, () -> TensorSource.open(folder.resolve("absent.ckpt")));
    }

    @Test
    void opensSafetensors() throws IOException {
        SafeTensorsWriter.write(folder.resolve("weights.safetensors"), Map.of(), List.of());
        try (var source = TensorSource.open(folder)) {
            assertInstanceOf(SafeTensors.class, source);
        }
    }

    @Test
    void namesTheCandidatesOfADirectoryWithSeveral() throws IOException {
        new BundleBytes(1).write(folder.resolve("model.ckpt"));
        Files.createFile(folder.resolve("model.onnx"));
        var refusal = assertThrows(IllegalArgumentException.class, () -> TensorSource.open(folder));
        assertTrue(refusal.getMessage().contains("[model.ckpt.index, model.onnx]"), refusal.getMessage());
    }

    @Test
    void saysWhatADirectoryWithoutACheckpointLacks() {
        var refusal = assertThrows(NoSuchFileException.class, () -> TensorSource.open(folder));
        assertTrue(refusal.getMessage().contains("*.index"), refusal.getMessage());
    }

    /** UTF-8 puts a character beyond the basic plane last, {@link String#compareTo} before U+FFFD. */
    @Test
    void ordersNamesByTheirUtf8Bytes() throws IOException {
        Path file = folder.resolve("names.safetensors");
        List<String> inOrder = List.of("Z", "a", "a/b", "词", "\ufffd", "\ud840\udc00");
        SafeTensorsWriter.write(
                file,
                Map.of(),
                inOrder.stream()
                        .map(name -> NamedTensor.ofFloats(name, List.of(), 1))
                        .toList());
        try (var source = SafeTensors.open(file)) {
            assertEquals(inOrder, List.copyOf(source.tensors().keySet()));
        }
    }

    @Test
    void countsElementsAndBytesExactly() {
        var scalar = new TensorInfo("s", DataType.INT64, List.of());
        assertEquals(1, scalar.elements());
        assertEquals(8, scalar.byteSize());
        var empty = new TensorInfo("e", DataType.FLOAT32, List.of(1L << 40, 1L << 40, 0L));
        assertEquals(0, empty.elements());
        var large = new TensorInfo("l", DataType.UINT8, List.of(1L << 40, 1L << 22));
        assertEquals(1L << 62, large.byteSize());
        assertThrows(
                IllegalArgumentException.class,
                () -> new TensorInfo("x", DataType.FLOAT32, List.of(1L << 40, 1L << 22)));
        assertThrows(IllegalArgumentException.class, () -> new TensorInfo("x", DataType.INT8, List.of(-1L)));
        assertThrows(
                UnsupportedOperationException.class, () -> new TensorInfo("x", DataType.STRING, List.of()).byteSize());
    }
}
