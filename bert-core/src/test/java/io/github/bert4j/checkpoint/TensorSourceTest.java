package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void saysWhatADirectoryWithoutACheckpointLacks() throws IOException {
        var refusal = assertThrows(NoSuchFileException.class, () -> TensorSource.open(folder));
        assertTrue(refusal.getMessage().contains("*.index"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("pytorch"), refusal.getMessage());
        Files.createFile(folder.resolve("pytorch_model.bin"));
        refusal = assertThrows(NoSuchFileException.class, () -> TensorSource.open(folder));
        assertTrue(refusal.getMessage().contains("writes it as model.safetensors"), refusal.getMessage());
    }

    /** By Levenshtein's distance they are 1, 2, 3 and 6 from what is sought; by their order it is the other way round. */
    @Test
    void suggestsTheThreeNearestNames() throws IOException {
        Path file = folder.resolve("names.safetensors");
        SafeTensorsWriter.write(
                file,
                Map.of(),
                Stream.of("abc", "sitting", "xittens", "zitten")
                        .map(name -> NamedTensor.ofFloats(name, List.of(), () -> FloatBuffer.wrap(new float[] {7})))
                        .toList());
        try (var source = SafeTensors.open(file)) {
            assertEquals("SafeTensors[" + file + ", 4 tensors]", source.toString());
            String message = assertThrows(IllegalArgumentException.class, () -> source.tensor("kitten"))
                    .getMessage();
            assertTrue(message.contains("of its 4 names are 'zitten', 'xittens', 'sitting'"), message);
            source.values("abc", value -> assertEquals(7, value));
        }
        SafeTensorsWriter.write(file, Map.of(), List.of());
        try (var source = SafeTensors.open(file)) {
            String message = assertThrows(IllegalArgumentException.class, () -> source.tensor("kitten"))
                    .getMessage();
            assertTrue(message.contains("no tensors at all"), message);
        }
    }

    @Test
    void saysWhereAFileEndsThatShrankWhileItWasOpen() throws IOException {
        Path file = folder.resolve("short.safetensors");
        SafeTensorsWriter.write(file, Map.of(), List.of(NamedTensor.ofFloats("a", List.of(2L), 1, 2)));
        long size = Files.size(file);
        try (var source = SafeTensors.open(file)) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(size - 3);
            }
            var refusal =
                    assertThrows(MalformedCheckpointException.class, () -> source.read("a", ByteBuffer.allocate(8)));
            assertEquals("the file ends here, but 3 more bytes belong to it", refusal.reason());
            assertEquals(size - 3, refusal.offset());
        }
    }

    /** The codes of TensorFlow's {@code types.proto}, of {@code onnx.proto} and of the description of safetensors. */
    @ParameterizedTest
    @CsvSource({
        "float32, 1, 1, F32, 4", "float64, 2, 11, F64, 8", "int32, 3, 6, I32, 4", "uint8, 4, 2, U8, 1",
        "int16, 5, 5, I16, 2", "int8, 6, 3, I8, 1", "int64, 9, 7, I64, 8", "bool, 10, 9, BOOL, 1",
        "bfloat16, 14, 16, BF16, 2", "uint16, 17, 4, U16, 2", "float16, 19, 10, F16, 2", "uint32, 22, 12, U32, 4",
        "uint64, 23, 13, U64, 8"
    })
    void knowsATypeByTheCodesOfTheFormats(String name, int tensorFlow, int onnx, String safeTensors, int size) {
        DataType type = DataType.ofTensorFlowCode(tensorFlow).orElseThrow();
        assertEquals(name, type.toString());
        assertEquals(tensorFlow, type.tensorFlowCode());
        assertEquals(type, DataType.ofOnnxCode(onnx).orElseThrow());
        assertEquals(onnx, type.onnxCode());
        assertEquals(type, DataType.ofSafeTensorsCode(safeTensors).orElseThrow());
        assertEquals(Optional.of(safeTensors), type.safeTensorsCode());
        assertEquals(size, type.byteSize());
        assertEquals(name.contains("float"), type.isFloat());
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
