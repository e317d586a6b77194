package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.block;
import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.little;
import static io.github.bert4j.checkpoint.BundleBytes.sibling;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static io.github.bert4j.checkpoint.BundleBytes.varint;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes whose checksums fit, though they are not what LevelDB's {@code table_format.md} describes; and one that is. */
class CraftedIndexTest {
    /** One shard, version 1. */
    private static final byte[] HEADER = bytes(0x08, 0x01, 0x1a, 0x02, 0x08, 0x01);

    /** As a varint. */
    private static final byte[] MINUS_ONE = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);

    private static final byte[] MAGIC = little(8).putLong(0xdb4775248b80fb57L).array();
    private static final byte[] EMPTY = block(List.of());

    @TempDir
    private Path folder;

    private Path prefix;

    // The parts of the index, which tests replace.
    private byte[] data = block(List.<byte[][]>of(new byte[][] {{}, HEADER}));
    private byte[] handle;
    private byte[] gap = {};
    private byte[] meta = EMPTY;
    private byte[] indexHandle;
    private byte[] padding;
    private byte[] magic = MAGIC;

    @BeforeEach
    void writeAnEmptyShard() throws IOException {
        prefix = folder.resolve("model.ckpt");
        Files.createFile(sibling(prefix, ".data-00000-of-00001"));
    }

    @Test
    void acceptsTheOneThatTheOthersAreMadeOf() throws IOException {
        write();
        TensorFlowCheckpoint.open(prefix).close();
    }

    @Test
    void refusesABlockThatIsNotOfItsChecksum() throws IOException {
        write();
        Path index = sibling(prefix, ".index");
        byte[] damaged = Files.readAllBytes(index);
        damaged[4]++; // the number of shards
        Files.write(index, damaged);
        assertEquals(0, refuses("the checksum is").offset());
    }

    /** The index's one separator is "z". */
    @Test
    void refusesKeysThatComeTwiceOrLieBeyondTheirSeparator() throws IOException {
        byte[] nothing = BundleBytes.value(1, BundleBytes.shape(0), 0, 0, 0, 0xa282ead8);
        data = block(List.of(new byte[][] {{}, HEADER}, new byte[][] {utf8("z"), nothing}));
        write();
        TensorFlowCheckpoint.open(prefix).close();
        data = block(List.of(new byte[][] {{}, HEADER}, new byte[][] {utf8("za"), nothing}));
        write();
        refuses("keys beyond its separator");
        data = block(List.of(new byte[][] {{}, HEADER}, new byte[][] {{}, HEADER}));
        write();
        refuses("not in ascending order");
    }

    @Test
    void refusesAFileWithoutRoomForTheFooter() throws IOException {
        Path index = sibling(prefix, ".index");
        Files.write(index, new byte[47]);
        assertEquals(47, refuses("no room for the footer").offset());
        Files.write(index, new byte[48]);
        refuses("does not fit before byte 0");
    }

    @Test
    void refusesAnotherMagicNumberAndPaddingThatIsNotZero() throws IOException {
        magic = little(8).putLong(0xdb4775248b80fb58L).array();
        write();
        var refusal = refuses("db4775248b80fb58 is not an index's magic number db4775248b80fb57");
        assertEquals(Files.size(sibling(prefix, ".index")) - 8, refusal.offset());
        magic = MAGIC;
        padding = bytes(0, 0, 1);
        write();
        refuses("padding is not zero");
    }

    @Test
    void refusesBlocksBeyondTheFooter() throws IOException {
        byte[] beyondCounting = bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1); // 2^63
        int size = write();
        for (byte[] wrong : List.of(
                join(varint(0), varint(size - 48 - 4)), // its trailer would reach a byte into the footer
                join(varint(1), varint(size - 48 - 5)),
                join(varint(size), varint(0)),
                join(varint(0), beyondCounting),
                join(beyondCounting, varint(0)))) {
            handle = wrong;
            write();
            refuses("does not fit before byte");
            handle = null;
            indexHandle = wrong;
            write();
            refuses("does not fit before byte");
            indexHandle = null;
        }
    }

    @Test
    void refusesMetaBlocksGapsAndHandlesOfThreeNumbers() throws IOException {
        meta = block(List.<byte[][]>of(new byte[][] {utf8("filter"), bytes(0)}));
        write();
        refuses("unknown meta block");
        meta = EMPTY;
        gap = bytes(0);
        write();
        assertEquals(data.length + 5, refuses("instead of here").offset());
        gap = bytes();
        handle = join(varint(0), varint(data.length), bytes(0));
        write();
        refuses("more than two numbers");
    }

    @Test
    void refusesRestartsThatPointNowhere() throws IOException {
        byte[] entries = join(bytes(0, 0, 6), HEADER);
        data = join(entries, restarts(0, 9));
        write();
        TensorFlowCheckpoint.open(prefix).close();
        data = join(entries, restarts(0, 10));
        write();
        assertEquals(9 + 4, refuses("points nowhere").offset());
        data = join(entries, restarts(9, 9));
        write();
        refuses("points nowhere");
        data = join(entries, bytes(0, 0, 0, 0, 0, 0, 0, 0));
        write();
        assertEquals(9 + 4, refuses("0 restarts do not fit").offset());
        data = join(bytes(0, 0, 0, 0), bytes(2, 0, 0, 0)); // room for one
        write();
        refuses("2 restarts do not fit");
        data = new byte[7];
        write();
        refuses("a block of 7 bytes is too short");
    }

    @Test
    void refusesEntriesThatDoNotFitTheirBlock() throws IOException {
        for (byte[] wrong : List.of(bytes(0, 9, 0), bytes(0, 0, 9), bytes(0, 1, 0), bytes(0), bytes(0, 0, 0x80))) {
            data = join(wrong, restarts(0));
            write();
            refuses(wrong[wrong.length - 1] == 9 ? "the value's length 9 exceeds" : "ends in the middle of a value");
        }
        data = join(bytes(1, 0, 6), HEADER, restarts(0)); // shared with no key at all
        write();
        refuses("the shared length 1 exceeds 0");
        data = join(bytes(0x80, 0, 0, 6), HEADER, restarts(0));
        write();
        assertEquals(0, refuses("a varint is longer than its value 0 needs").offset());
    }

    /** Of the 4096 bytes that a name may have, those count too that it shares with the one before. */
    @Test
    void refusesNamesBeyondReason() throws IOException {
        for (int own : new int[] {96, 97}) {
            byte[] first = new byte[4000];
            first[0] = 'n';
            byte[] second = new byte[4000 + own];
            second[0] = 'n';
            byte[] nothing = BundleBytes.value(1, BundleBytes.shape(0), 0, 0, 0, 0xa282ead8);
            data = block(
                    List.of(new byte[][] {{}, HEADER}, new byte[][] {first, nothing}, new byte[][] {second, nothing}));
            write();
            if (own == 96) {
                TensorFlowCheckpoint.open(prefix).close();
            } else {
                refuses("the key's own length 97 exceeds 96");
            }
        }
    }

    @Test
    void refusesMessagesThatEndTooEarlyOrCountNoShards() throws IOException {
        for (byte[] wrong : List.of(bytes(0x08), bytes(0x08, 0x80), bytes(0x08, 0x01, 0x80))) {
            write(wrong);
            refuses("ends in the middle of a value");
        }
        write(bytes(0x0a, 0x02, 0));
        refuses("a part of 2 bytes does not fit the 1 left");
        write(bytes(0x08, 0x01, 0x0f, 0));
        refuses("unknown wire type 7");
        write(bytes(0x08, 0x01, 0x00, 0));
        refuses("a field has the number 0");
        write(bytes(0x0d, 1, 0, 0, 0));
        refuses("field 1 has the wire type 5 instead of 0");
        write(join(bytes(0x08), MINUS_ONE));
        refuses("the checkpoint has -1 shards");
        write(bytes(0x08, 0));
        refuses("the checkpoint has 0 shards");
        write(join(bytes(0x08), bytes(0x80, 0x80, 0x80, 0x80, 0x08)));
        refuses("the checkpoint has 2147483648 shards");
        data = block(List.<byte[][]>of(new byte[][] {utf8("v"), BundleBytes.value(1, bytes(), 0, 0, 0, 0)}));
        write();
        refuses("no header entry");
    }

    /** A damaged place in a decompressed block is none in the file, where the block's start stands for it. */
    @Test
    void saysWhereInADecompressedBlockItIsDamaged() throws IOException {
        new BundleBytes(1, bytes(0x08, 0))
                .compressed(1, BundleBytes::snappyLiterals)
                .write(prefix);
        var refusal = refuses("the checkpoint has 0 shards (byte 3 of the decompressed block)");
        assertEquals(0, refusal.offset());
        write(bytes(0x08, 0));
        refusal = refuses("the checkpoint has 0 shards");
        assertEquals(3, refusal.offset());
        assertFalse(refusal.getMessage().contains("decompressed"), refusal.getMessage());
    }

    /**
     * A block ends with the entry that makes it as large as asked for, 18 bytes here; separators are as short as
     * {@code FindShortestSeparator} and {@code FindShortSuccessor} of LevelDB's {@code comparator.cc} make them.
     */
    @Test
    void isWrittenAsLevelDbWouldWriteIt() throws IOException {
        Path file = folder.resolve("table");
        byte[][] keys = {
            utf8("a"),
            utf8("b"), // before "dd", "c" is enough
            utf8("dd"), // before "ex" it has no shorter one, "e" not being before "ex" by LevelDB's rule
            utf8("ex"), // "exy" starts with it
            utf8("exy"),
            bytes(0x7f, 1), // 0x80 is before 0xe0, bytes having no sign
            bytes(0xe0, 1), // 0xe1 is before 0xff
            bytes(0xff, 0xff), // cannot be counted up
            bytes(0xff, 0xff, 1)
        };
        byte[] one = {1};
        byte[] eight = new byte[8];
        try (PendingFile pending = PendingFile.create(file)) {
            SortedStringTableWriter table = new SortedStringTableWriter(pending, 18);
            for (int i = 0; i < keys.length; i++) {
                table.add(keys[i], i < 2 ? one : eight);
            }
            table.finish();
            pending.commit();
        }
        List<byte[]> separators = List.of(
                utf8("c"),
                utf8("dd"),
                utf8("ex"),
                utf8("f"),
                bytes(0x80),
                bytes(0xe1),
                bytes(0xff, 0xff),
                bytes(0xff, 0xff, 2));
        byte[] expected = {};
        byte[] index = {};
        int[] starts = new int[8];
        for (int i = 0; i < 8; i++) {
            byte[] contents = i == 0
                    ? join(bytes(0, 1, 1, 'a', 1, 0, 1, 1, 'b', 1), restarts(0))
                    : join(bytes(0, keys[i + 1].length, 8), keys[i + 1], eight, restarts(0));
            starts[i] = index.length;
            byte[] place = join(varint(expected.length), varint(contents.length));
            index = join(index, bytes(0, separators.get(i).length, place.length), separators.get(i), place);
            expected = join(expected, sealed(contents));
        }
        byte[] footer = join(varint(expected.length), varint(EMPTY.length));
        expected = join(expected, sealed(EMPTY));
        index = join(index, restarts(starts));
        footer = join(footer, varint(expected.length), varint(index.length));
        expected = join(expected, sealed(index), footer, new byte[40 - footer.length], MAGIC);
        assertArrayEquals(expected, Files.readAllBytes(file));
    }

    private void write(byte[] header) throws IOException {
        data = block(List.<byte[][]>of(new byte[][] {{}, header}));
        write();
    }

    private int write() throws IOException {
        byte[] file = join(sealed(data), gap);
        byte[] place = handle != null ? handle : join(varint(0), varint(data.length));
        byte[] footer = join(varint(file.length), varint(meta.length));
        file = join(file, sealed(meta));
        byte[] index = block(List.<byte[][]>of(new byte[][] {utf8("z"), place}));
        footer = join(footer, indexHandle != null ? indexHandle : join(varint(file.length), varint(index.length)));
        byte[] zeros = new byte[40 - footer.length];
        if (padding != null) {
            System.arraycopy(padding, 0, zeros, 0, padding.length);
        }
        file = join(file, sealed(index), footer, zeros, magic);
        Files.write(sibling(prefix, ".index"), file);
        return file.length;
    }

    /** A block with its type, 0, and its checksum. */
    private static byte[] sealed(byte[] block) {
        byte[] typed = join(block, bytes(0));
        return join(typed, little(4).putInt(BundleBytes.maskedCrc(typed)).array());
    }

    private static byte[] restarts(int... offsets) {
        byte[] restarts = {};
        for (int offset : offsets) {
            restarts = join(restarts, little(4).putInt(offset).array());
        }
        return join(restarts, little(4).putInt(offsets.length).array());
    }

    private MalformedCheckpointException refuses(String reason) {
        var refusal = assertThrows(
                MalformedCheckpointException.class,
                () -> TensorFlowCheckpoint.open(prefix).close());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        return refusal;
    }
}
