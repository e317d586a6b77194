package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.little;
import static io.github.bert4j.checkpoint.BundleBytes.shape;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFlowCheckpointTest {
    private static final int FLOAT32 = 1;

    @TempDir
    private Path folder;

    private Path prefix;

    @BeforeEach
    void choosePrefix() {
        prefix = folder.resolve("model.ckpt");
    }

    @Test
    void readsTensorsOfSeveralBlocksFromSeveralShards() throws IOException {
        new BundleBytes(2)
                .tensor(utf8("a/one"), FLOAT32, shape(3), 1, floats(1, 2, 3))
                .nextBlock()
                .tensor(utf8("a/two"), FLOAT32, shape(2, 2), 0, floats(4, 5, 6, 7))
                .tensor(utf8("b"), FLOAT32, shape(), 1, floats(8))
                .nextBlock()
                .tensor(utf8("词"), FLOAT32, shape(1), 0, floats(9))
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(
                    List.of("a/one", "a/two", "b", "词"),
                    List.copyOf(source.tensors().keySet()));
            assertEquals(new TensorInfo("a/two", DataType.FLOAT32, List.of(2L, 2L)), source.tensor("a/two"));
            assertEquals(List.of(1.0, 2.0, 3.0), values(source, "a/one"));
            assertEquals(List.of(4.0, 5.0, 6.0, 7.0), values(source, "a/two"));
            assertEquals(List.of(8.0), values(source, "b"));
            assertEquals(List.of(9.0), values(source, "词"));
        }
    }

    @Test
    void readsSnappyBlocks() throws IOException {
        new BundleBytes(1)
                .tensor(utf8("a"), FLOAT32, shape(2), 0, floats(1, 2))
                .nextBlock()
                .tensor(utf8("b"), FLOAT32, shape(1), 0, floats(3))
                .compressed(1, BundleBytes::snappyLiterals)
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(List.of(1.0, 2.0), values(source, "a"));
            assertEquals(List.of(3.0), values(source, "b"));
        }
    }

    @Test
    void readsSnappyBlocksWithCopies() throws IOException {
        // The name is 40 times 'n': once as the end of a literal, 39 times as a copy of it.
        byte[] name = utf8("n".repeat(40));
        byte[] data = floats(7);
        byte[] value = BundleBytes.value(FLOAT32, shape(1), 0, 0, 4, BundleBytes.maskedCrc(data));
        new BundleBytes(1)
                .entry(name, value)
                .rawData(0, data)
                .compressed(1, block -> {
                    int start = new String(block, StandardCharsets.ISO_8859_1).indexOf("nnnn");
                    int rest = start + 40;
                    return join(
                            BundleBytes.varint(block.length),
                            bytes(start << 2),
                            Arrays.copyOfRange(block, 0, start + 1),
                            bytes(38 << 2 | 2, 1, 0), // copy 39 bytes from 1 byte back
                            bytes(block.length - rest - 1 << 2),
                            Arrays.copyOfRange(block, rest, block.length));
                })
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(List.of(7.0), values(source, "n".repeat(40)));
        }
    }

    @Test
    void refusesSnappyBlocksThatClaimTooMuchOrAreCutShort() throws IOException {
        for (int lie : new int[] {1 << 30, 1000, 1}) {
            new BundleBytes(1)
                    .compressed(1, block -> join(BundleBytes.varint(lie), bytes(block.length - 1 << 2), block))
                    .write(prefix);
            refuses("snappy");
        }
        new BundleBytes(1)
                .compressed(1, block -> join(BundleBytes.varint(block.length), bytes(block.length << 2), block))
                .write(prefix);
        refuses("snappy");
        new BundleBytes(1).compressed(2, block -> block).write(prefix);
        refuses("compression type 2");
    }

    @Test
    void stitchesAVariablePartitionedAlongItsRows() throws IOException {
        // Keys as TensorFlow 2.18 wrote them for a [4, 2] variable in two parts.
        byte[] slices = join(
                bytes(0x3a, 0x06, 0x0a, 0x02, 0x10, 0x02, 0x0a, 0x00),
                bytes(0x3a, 0x08, 0x0a, 0x04, 0x08, 0x02, 0x10, 0x02, 0x0a, 0x00));
        byte[] full = join(bytes(0x08, FLOAT32, 0x12, 0x08), shape(4, 2), slices);
        new BundleBytes(1)
                .tensor(sliceKey("emb", 0x80, 0x82, 0x80, 0x7f), FLOAT32, shape(2, 2), 0, floats(1, 2, 3, 4))
                .tensor(sliceKey("emb", 0x82, 0x82, 0x80, 0x7f), FLOAT32, shape(2, 2), 0, floats(5, 6, 7, 8))
                .entry(utf8("emb"), full)
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(List.of("emb"), List.copyOf(source.tensors().keySet()));
            assertEquals(List.of(4L, 2L), source.tensor("emb").shape());
            assertEquals(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), values(source, "emb"));
        }
    }

    private static byte[] sliceKey(String name, int... extents) {
        return join(bytes(0), utf8(name), bytes(0, 1, 1, extents.length / 2), bytes(extents));
    }

    @Test
    void stitchesAVariablePartitionedIntoAGrid() throws IOException {
        // [3, 4] in four boxes: rows 0-1 and 2, columns 0 and 1-3. Value = 10 * row + column.
        byte[] slices = join(slice(0, 2, 0, 1), slice(0, 2, 1, 3), slice(2, 1, 0, 1), slice(2, 1, 1, 3));
        new BundleBytes(2)
                .tensor(sliceKey("v", 0x80, 0x82, 0x80, 0x81), FLOAT32, shape(2, 1), 1, floats(0, 10))
                .tensor(sliceKey("v", 0x80, 0x82, 0x81, 0x83), FLOAT32, shape(2, 3), 0, floats(1, 2, 3, 11, 12, 13))
                .tensor(sliceKey("v", 0x82, 0x81, 0x80, 0x81), FLOAT32, shape(1, 1), 0, floats(20))
                .tensor(sliceKey("v", 0x82, 0x81, 0x81, 0x83), FLOAT32, shape(1, 3), 1, floats(21, 22, 23))
                .entry(utf8("v"), join(bytes(0x08, FLOAT32, 0x12, 0x08), shape(3, 4), slices))
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            List<Double> expected =
                    IntStream.range(0, 12).mapToObj(i -> 10.0 * (i / 4) + i % 4).toList();
            assertEquals(expected, values(source, "v"));
            ByteBuffer direct = ByteBuffer.allocateDirect(48);
            source.read("v", direct);
            assertEquals(
                    ByteBuffer.wrap(floats(expected.stream().mapToDouble(d -> d).toArray())), direct.flip());
        }
    }

    private static byte[] slice(int... extents) {
        byte[] slice = {};
        for (int i = 0; i < extents.length; i += 2) {
            slice = join(slice, bytes(0x0a, 0x04, 0x08, extents[i], 0x10, extents[i + 1]));
        }
        return join(bytes(0x3a, slice.length), slice);
    }

    @Test
    void refusesSlicesThatOverlapOrLeaveAGap() throws IOException {
        for (int secondStart : new int[] {1, 3}) {
            new BundleBytes(1)
                    .tensor(sliceKey("v", 0x80, 0x82), FLOAT32, shape(2), 0, floats(1, 2))
                    .tensor(sliceKey("v", 0x80 + secondStart, 0x82), FLOAT32, shape(2), 0, floats(3, 4))
                    .entry(
                            utf8("v"),
                            join(
                                    bytes(0x08, FLOAT32, 0x12, 0x04),
                                    shape(5 - secondStart % 2),
                                    slice(0, 2),
                                    slice(secondStart, 2)))
                    .write(prefix);
            refuses("not covered once");
        }
    }

    @Test
    void refusesASliceWithoutItsVariableAndAVariableWithoutItsSlice() throws IOException {
        new BundleBytes(1)
                .tensor(sliceKey("v", 0x80, 0x82), FLOAT32, shape(2), 0, floats(1, 2))
                .write(prefix);
        refuses("belongs to no partitioned variable");
        new BundleBytes(1)
                .entry(utf8("v"), join(bytes(0x08, FLOAT32, 0x12, 0x04), shape(2), slice(0, 2)))
                .write(prefix);
        refuses("no entry for its slice");
    }

    /** The examples are those of the ordered code's specification, {@code ordered_code.h}, worked out by hand. */
    @Test
    void encodesSliceKeysAsTensorFlowDoes() {
        assertArrayEquals(
                bytes(0, 'e', 'm', 'b', 0, 1, 1, 2, 0x80, 0x82, 0x80, 0x7f),
                OrderedCode.sliceKey("emb", new BundleEntry.Slice(List.of(0L, 0L), List.of(2L, -1L))));
        assertArrayEquals(
                bytes(0, 0, 0xff, 0, 1, 1, 1, 0xbf, 0xc0, 0x40),
                OrderedCode.sliceKey("\0", new BundleEntry.Slice(List.of(63L), List.of(64L))));
        assertArrayEquals(
                bytes(0, 'v', 0, 1, 1, 1, 0xdf, 0xff, 0xe0, 0x20, 0x00),
                OrderedCode.sliceKey("v", new BundleEntry.Slice(List.of(8191L), List.of(8192L))));
        assertArrayEquals(
                join(
                        bytes(0, 'v', 0, 1, 1, 1),
                        bytes(0xff, 0x80, 0x80, 0, 0, 0, 0, 0, 0),
                        bytes(0xff, 0xc0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
                OrderedCode.sliceKey("v", new BundleEntry.Slice(List.of(1L << 55), List.of(Long.MAX_VALUE))));
    }

    @Test
    void readsStrings() throws IOException {
        new BundleBytes(1)
                .strings(utf8("graph"), shape(), 0, "object graph")
                .strings(utf8("names"), shape(2, 2), 0, "a", "", "词表", "d")
                .strings(utf8("none"), shape(0), 0)
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(DataType.STRING, source.tensor("names").type());
            assertEquals(List.of("object graph"), strings(source, "graph"));
            assertEquals(List.of("a", "", "词表", "d"), strings(source, "names"));
            assertEquals(List.of(), strings(source, "none"));
            assertThrows(IllegalArgumentException.class, () -> source.values("graph", value -> {}));
            assertThrows(IllegalArgumentException.class, () -> source.read("graph", ByteBuffer.allocate(1)));
        }
    }

    @Test
    void refusesBytesBehindTheLastString() throws IOException {
        byte[] length = bytes(1, 0, 0, 0);
        byte[] checksum = little(4).putInt(BundleBytes.maskedCrc(length)).array();
        int crc = BundleBytes.maskedCrc(join(length, checksum, utf8("a")));
        for (String rest : List.of("", "b")) {
            new BundleBytes(1)
                    .tensor(utf8("s"), 7, shape(), 0, join(bytes(1), checksum, utf8("a" + rest)), crc)
                    .write(prefix);
            try (var source = TensorFlowCheckpoint.open(prefix)) {
                if (rest.isEmpty()) {
                    assertEquals(List.of("a"), strings(source, "s"));
                } else {
                    assertThrows(MalformedCheckpointException.class, () -> strings(source, "s"));
                }
            }
        }
    }

    private static List<String> strings(TensorFlowCheckpoint source, String name) throws IOException {
        return source.readStrings(name).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void convertsEveryNumericType() throws IOException {
        new BundleBytes(1)
                .tensor(
                        utf8("bf16"),
                        14,
                        shape(3),
                        0,
                        little(6)
                                .putShort((short) 0x3f80) // 1
                                .putShort((short) 0xc049) // -3.140625
                                .putShort((short) 0x7f80) // infinity
                                .array())
                .tensor(utf8("bool"), 10, shape(2), 0, bytes(0, 1))
                .tensor(
                        utf8("f16"),
                        19,
                        shape(6),
                        0,
                        little(12)
                                .putShort((short) 0x3c00) // 1
                                .putShort((short) 0xc000) // -2
                                .putShort((short) 0x7bff) // 65504, the largest
                                .putShort((short) 0x0001) // 2^-24, the smallest
                                .putShort((short) 0x3555) // 0.333251953125
                                .putShort((short) 0xfc00) // -infinity
                                .array())
                .tensor(utf8("f64"), 2, shape(1), 0, little(8).putDouble(0.1).array())
                .tensor(
                        utf8("i16"),
                        5,
                        shape(1),
                        0,
                        little(2).putShort((short) -2).array())
                .tensor(utf8("i32"), 3, shape(1), 0, little(4).putInt(-3).array())
                .tensor(utf8("i64"), 9, shape(), 0, little(8).putLong(1L << 40).array())
                .tensor(utf8("i8"), 6, shape(1), 0, bytes(-1))
                .tensor(utf8("u16"), 17, shape(1), 0, bytes(0xff, 0xff))
                .tensor(utf8("u32"), 22, shape(1), 0, bytes(0xff, 0xff, 0xff, 0xff))
                .tensor(utf8("u64"), 23, shape(1), 0, bytes(0, 0, 0, 0, 0, 0, 0, 0x80))
                .tensor(utf8("u8"), 4, shape(1), 0, bytes(0xff))
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(List.of(1.0, -3.140625, Double.POSITIVE_INFINITY), values(source, "bf16"));
            assertEquals(List.of(0.0, 1.0), values(source, "bool"));
            assertEquals(
                    List.of(1.0, -2.0, 65504.0, 0x1p-24, 0.333251953125, Double.NEGATIVE_INFINITY),
                    values(source, "f16"));
            assertEquals(List.of(0.1), values(source, "f64"));
            assertEquals(List.of(-1.0), values(source, "i8"));
            assertEquals(List.of(-2.0), values(source, "i16"));
            assertEquals(List.of(-3.0), values(source, "i32"));
            assertEquals(List.of(0x1p40), values(source, "i64"));
            assertEquals(List.of(255.0), values(source, "u8"));
            assertEquals(List.of(65535.0), values(source, "u16"));
            assertEquals(List.of(4294967295.0), values(source, "u32"));
            assertEquals(List.of(0x1p63), values(source, "u64"));

            assertArrayEquals(new float[] {1, -3.140625f, Float.POSITIVE_INFINITY}, floatsOf(source, "bf16"));
            assertArrayEquals(new float[] {0.1f}, floatsOf(source, "f64"));
            assertArrayEquals(
                    new float[] {1, -2, 65504, 0x1p-24f, 0.333251953125f, Float.NEGATIVE_INFINITY},
                    floatsOf(source, "f16"));
            assertThrows(IllegalArgumentException.class, () -> floatsOf(source, "i64"));
        }
    }

    private static float[] floatsOf(TensorSource source, String name) throws IOException {
        float[] floats = new float[(int) source.tensor(name).elements()];
        source.readFloats(name, FloatBuffer.wrap(floats));
        return floats;
    }

    @Test
    void readsAnEmptyTensorWithTheChecksumOfNothing() throws IOException {
        new BundleBytes(1)
                .tensor(utf8("empty"), FLOAT32, shape(0, 512), 0, bytes(), 0xa282ead8)
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(List.of(0L, 512L), source.tensor("empty").shape());
            assertEquals(List.of(), values(source, "empty"));
        }
        new BundleBytes(1)
                .tensor(utf8("empty"), FLOAT32, shape(0, 512), 0, bytes(), 0xa282ead9)
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            assertThrows(MalformedCheckpointException.class, () -> values(source, "empty"));
        }
    }

    @Test
    void acceptsZerosThatAlignTensorsButNothingElseBetweenThem() throws IOException {
        for (int filler : new int[] {0, 1}) {
            new BundleBytes(1)
                    .tensor(utf8("a"), 4, shape(1), 0, bytes(5))
                    .rawData(0, bytes(0, 0, filler))
                    .tensor(utf8("b"), 4, shape(1), 0, bytes(6))
                    .write(prefix);
            if (filler == 0) {
                try (var source = TensorFlowCheckpoint.open(prefix)) {
                    assertEquals(List.of(6.0), values(source, "b"));
                }
            } else {
                refuses("are not zero");
            }
        }
    }

    @Test
    void refusesABigEndianCheckpoint() throws IOException {
        new BundleBytes(1, bytes(0x08, 0x01, 0x10, 0x01, 0x1a, 0x02, 0x08, 0x01)).write(prefix);
        refuses("big-endian");
    }

    @Test
    void refusesUnknownDataTypesWrongSizesAndPlacesOutsideTheShard() throws IOException {
        new BundleBytes(1).tensor(utf8("v"), 21, shape(1), 0, bytes(1)).write(prefix);
        refuses("data type code 21");
        new BundleBytes(1)
                .tensor(utf8("v"), FLOAT32, shape(2), 0, bytes(1, 2, 3, 4))
                .write(prefix);
        // Before the entry: the header's 3 lengths and 6 bytes, then the entry's own 3 lengths and its name.
        assertEquals(3 + 6 + 3 + 1, refuses("cannot have 4 bytes").offset());
        new BundleBytes(1)
                .entry(utf8("v"), BundleBytes.value(FLOAT32, shape(1), 0, 0, 4, 0))
                .rawData(0, bytes(1, 2, 3))
                .write(prefix);
        refuses("takes 4 bytes from byte 0");
        new BundleBytes(1)
                .entry(utf8("v"), BundleBytes.value(FLOAT32, shape(1), 1, 0, 4, 0))
                .write(prefix);
        refuses("shard 1 of 1");
        new BundleBytes(1).rawData(0, bytes(0)).write(prefix);
        refuses("belong to no tensor");
    }

    @Test
    void refusesShapesBeyondCounting() throws IOException {
        byte[] huge = bytes(0x12, 0x06, 0x08, 0x80, 0x80, 0x80, 0x80, 0x10); // 2^32
        new BundleBytes(1)
                .tensor(utf8("v"), FLOAT32, join(huge, huge, huge), 0, bytes())
                .write(prefix);
        refuses("beyond counting");
        byte[] negative = bytes(0x12, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01); // -1
        new BundleBytes(1).tensor(utf8("v"), FLOAT32, negative, 0, bytes()).write(prefix);
        refuses("negative");
    }

    @Test
    void refusesKeysOutOfOrder() throws IOException {
        new BundleBytes(1)
                .tensor(utf8("b"), FLOAT32, shape(), 0, floats(1))
                .tensor(utf8("a"), FLOAT32, shape(), 0, floats(1))
                .write(prefix);
        refuses("ascending");
        new BundleBytes(1)
                .tensor(utf8("b"), FLOAT32, shape(), 0, floats(1))
                .nextBlock()
                .tensor(utf8("a"), FLOAT32, shape(), 0, floats(1))
                .write(prefix);
        refuses("ascending");
    }

    /** 2000 keys of 4000 bytes, of which all but the last two are shared: 8 MB from an index of 50 kB. */
    @Test
    void refusesKeysThatClaimMoreMemoryThanTheFileJustifies() throws IOException {
        var bundle = new BundleBytes(1);
        for (int i = 0; i < 2000; i++) {
            byte[] last = bytes('a' + i / 100, 1 + i % 100);
            bundle.tensor(join(utf8("n".repeat(3998)), last), FLOAT32, shape(0), 0, bytes());
        }
        bundle.write(prefix);
        refuses("beyond reason");
    }

    @Test
    void refusesBytesOfTheIndexThatBelongToNoBlock() throws IOException {
        BundleBytes bundle = new BundleBytes(1);
        bundle.write(prefix);
        byte[] index = bundle.index();
        int footer = index.length - 48;
        Files.write(
                folder.resolve("model.ckpt.index"),
                join(Arrays.copyOf(index, footer), bytes(0), Arrays.copyOfRange(index, footer, index.length)));
        assertEquals(footer, refuses("belong to nothing").offset());
    }

    @Test
    void refusesNumbersOfMoreThan64Bits() throws IOException {
        byte[] ones = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        new BundleBytes(1, join(bytes(0x08, 0x01, 0x20), ones, bytes(0x01))).write(prefix); // an unknown field
        TensorFlowCheckpoint.open(prefix).close();
        new BundleBytes(1, join(bytes(0x08), ones, bytes(0x03))).write(prefix);
        refuses("more than 64 bits");
        new BundleBytes(1, join(bytes(0x08), ones, bytes(0xff, 0x01))).write(prefix);
        refuses("more than 10 bytes");
    }

    @Test
    void refusesAMissingShard() throws IOException {
        new BundleBytes(2).write(prefix);
        Files.delete(folder.resolve("model.ckpt.data-00001-of-00002"));
        MalformedCheckpointException refusal = refuses("missing");
        assertEquals(folder.resolve("model.ckpt.data-00001-of-00002"), refusal.path());
    }

    @Test
    void saysWhereAndWhy() throws IOException {
        new BundleBytes(1).tensor(utf8("v"), FLOAT32, shape(2), 0, floats(1, 2)).write(prefix);
        Path data = folder.resolve("model.ckpt.data-00000-of-00001");
        Files.write(data, floats(1, 3));
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            var refusal = assertThrows(MalformedCheckpointException.class, () -> values(source, "v"));
            assertEquals(data, refusal.path());
            assertEquals(0, refusal.offset());
            assertEquals(data + " at byte 0: " + refusal.reason(), refusal.getMessage());
        }
    }

    @Test
    void suggestsNamesForAnUnknownOne() throws IOException {
        new BundleBytes(1)
                .tensor(utf8("bert/embeddings/word_embeddings"), FLOAT32, shape(), 0, floats(1))
                .tensor(utf8("global_step"), FLOAT32, shape(), 0, floats(1))
                .write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            var refusal =
                    assertThrows(IllegalArgumentException.class, () -> source.tensor("bert/embedding/word_embeddings"));
            assertTrue(
                    refusal.getMessage().contains("names are 'bert/embeddings/word_embeddings', 'global_step'"),
                    refusal.getMessage());
            assertThrows(IllegalArgumentException.class, () -> source.read("global_step", ByteBuffer.allocate(5)));
        }
        assertThrows(NoSuchFileException.class, () -> TensorFlowCheckpoint.open(folder.resolve("model")));
    }

    @Test
    void refusesToReadWhenClosed() throws IOException {
        new BundleBytes(1).tensor(utf8("v"), FLOAT32, shape(), 0, floats(1)).write(prefix);
        var source = TensorFlowCheckpoint.open(prefix);
        source.close();
        assertThrows(IllegalStateException.class, () -> values(source, "v"));
    }

    @Test
    void readsTensorsLargerThanItsChunksFromSeveralThreads() throws Exception {
        int columns = 300;
        int rows = 1000;
        double[] left = new double[rows * (columns - 1)];
        double[] right = new double[rows];
        for (int i = 0; i < rows * columns; i++) {
            if (i % columns == columns - 1) {
                right[i / columns] = i;
            } else {
                left[i / columns * (columns - 1) + i % columns] = i;
            }
        }
        // [1000, 300] in columns 0-298 and 299, signed two-byte codes of 299: 11 000001 00101011
        byte[] first = bytes(0x0a, 0x00, 0x0a, 0x03, 0x10, 0xab, 0x02);
        byte[] second = bytes(0x0a, 0x00, 0x0a, 0x05, 0x08, 0xab, 0x02, 0x10, 0x01);
        byte[] slices = join(bytes(0x3a, first.length), first, bytes(0x3a, second.length), second);
        byte[] shape = shape(rows, columns);
        new BundleBytes(1)
                .tensor(
                        join(bytes(0), utf8("v"), bytes(0, 1, 1, 2, 0x80, 0x7f, 0x80, 0xc1, 0x2b)),
                        FLOAT32,
                        shape(rows, columns - 1),
                        0,
                        floats(left))
                .tensor(
                        join(bytes(0), utf8("v"), bytes(0, 1, 1, 2, 0x80, 0x7f, 0xc1, 0x2b, 0x81)),
                        FLOAT32,
                        shape(rows, 1),
                        0,
                        floats(right))
                .entry(utf8("v"), join(bytes(0x08, FLOAT32, 0x12, shape.length), shape, slices))
                .write(prefix);
        var threads = Executors.newFixedThreadPool(4);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            Callable<Boolean> check = () -> {
                float[] floats = floatsOf(source, "v");
                ByteBuffer direct = ByteBuffer.allocateDirect(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
                source.read("v", direct);
                return IntStream.range(0, floats.length).allMatch(i -> floats[i] == i && direct.getFloat(4 * i) == i);
            };
            for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(8, check))) {
                assertTrue(result.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    private MalformedCheckpointException refuses(String reason) {
        var refusal = assertThrows(
                MalformedCheckpointException.class,
                () -> TensorFlowCheckpoint.open(prefix).close());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertFalse(refusal.offset() < 0);
        return refusal;
    }

    private static List<Double> values(TensorSource source, String name) throws IOException {
        List<Double> values = new ArrayList<>();
        source.values(name, values::add);
        return values;
    }
}
