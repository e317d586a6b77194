package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.shape;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFlowCheckpointWriterTest {
    @TempDir
    private Path folder;

    /** The bytes differ from those put together by hand in one place only: the index's key is shortened. */
    @Test
    void writesWhatTheFormatDescribes() throws IOException {
        Path byHand = folder.resolve("hand.ckpt");
        new BundleBytes(1)
                .tensor(utf8("bert/a"), 1, shape(2), 0, floats(1, 2))
                .tensor(utf8("bert/b"), 1, shape(), 0, floats(3))
                .tensor(utf8("c"), 1, shape(0, 3), 0, floats())
                .write(byHand);
        Path written = folder.resolve("written.ckpt");
        TensorFlowCheckpointWriter.write(
                written,
                List.of(
                        NamedTensor.ofFloats("c", List.of(0L, 3L)),
                        NamedTensor.ofFloats("bert/b", List.of(), 3),
                        NamedTensor.ofFloats("bert/a", List.of(2L), 1, 2)));
        assertArrayEquals(data(byHand), data(written));
        byte[] expected = Files.readAllBytes(BundleBytes.sibling(byHand, ".index"));
        byte[] actual = Files.readAllBytes(BundleBytes.sibling(written, ".index"));
        assertEquals(expected.length, actual.length);
        List<Integer> different = IntStream.range(0, expected.length)
                .filter(i -> expected[i] != actual[i])
                .boxed()
                .toList();
        // The footer takes 48 bytes, and before it the index block's checksum 4, its type 1, its restarts 8.
        int key = different.get(0);
        assertEquals('c', expected[key]);
        assertEquals('d', actual[key]);
        assertTrue(different.subList(1, different.size()).stream()
                .allMatch(i -> i >= expected.length - 52 && i < expected.length - 48));
    }

    private static byte[] data(Path prefix) throws IOException {
        return Files.readAllBytes(BundleBytes.sibling(prefix, ".data-00000-of-00001"));
    }

    @Test
    void writesIndexesOfManyBlocks() throws IOException {
        Path prefix = folder.resolve("model.ckpt");
        List<NamedTensor> tensors = IntStream.range(0, 100)
                .mapToObj(i -> NamedTensor.ofFloats("layer_" + i + "/kernel", List.of(1L), i))
                .toList();
        TensorFlowCheckpointWriter.write(prefix, tensors, 200);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(100, source.tensors().size());
            for (int i = 0; i < 100; i++) {
                List<Double> values = new ArrayList<>();
                source.values("layer_" + i + "/kernel", values::add);
                assertEquals(List.of((double) i), values);
            }
        }
        String index = Files.readString(BundleBytes.sibling(prefix, ".index"), StandardCharsets.ISO_8859_1);
        assertTrue(index.split("layer_", -1).length > 20, "every block starts with a whole name");
    }

    @Test
    void refusesNamesAndTypesThatCheckpointsCannotHave() throws IOException {
        Path prefix = folder.resolve("model.ckpt");
        var scalar = NamedTensor.ofFloats("a", List.of(), 1);
        for (List<NamedTensor> tensors : List.of(
                List.of(scalar, scalar),
                List.of(NamedTensor.ofFloats("", List.of(), 1)),
                List.of(NamedTensor.ofFloats("\0a", List.of(), 1)),
                List.of(NamedTensor.ofFloats("a", List.of(2L), 1)),
                List.of(new NamedTensor(new TensorInfo("s", DataType.STRING, List.of()), () -> null)))) {
            assertThrows(IllegalArgumentException.class, () -> TensorFlowCheckpointWriter.write(prefix, tensors));
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of(), files.toList(), "nothing half written remains");
        }
    }
}
