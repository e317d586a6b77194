package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.little;
import static io.github.bert4j.checkpoint.BundleBytes.maskedCrc;
import static io.github.bert4j.checkpoint.BundleBytes.shape;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static io.github.bert4j.checkpoint.BundleBytes.varint;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries that fit TensorFlow's {@code tensor_bundle.proto} and its checksums, though no writer has a reason for them. */
class CraftedEntryTest {
    private static final int FLOAT32 = 1;
    private static final byte[] MINUS_ONE = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);
    private static final byte[] NAME = utf8("v");

    @TempDir
    private Path folder;

    private Path prefix;

    @BeforeEach
    void choosePrefix() {
        prefix = folder.resolve("model.ckpt");
    }

    @Test
    void skipsFieldsOfLaterVersions() throws IOException {
        byte[] ones = bytes(0xff, 0xff, 0xff, 0xff);
        byte[] unknown = join(bytes(0x79), ones, ones, bytes(0x7d), ones, bytes(0x7a, 4), ones, bytes(0x78, 0xff, 1));
        byte[] axis = join(bytes(0x12), varint(unknown.length + 2), unknown, bytes(0x08, 2));
        byte[] shape = join(unknown, axis, bytes(0x18, 0));
        byte[] entry = join(unknown, bytes(0x08, FLOAT32, 0x12), varint(shape.length), shape, unknown);
        new BundleBytes(1, join(unknown, bytes(0x08, 0x01)))
                .entry(NAME, join(entry, place(floats(1, 2))))
                .rawData(0, floats(1, 2))
                .write(prefix);
        assertReads(floats(1, 2));
    }

    @Test
    void refusesEntriesWithoutATypeAndNumbersBelowZero() throws IOException {
        refuses(bytes(0x12, 0), "a tensor has no data type");
        refuses(join(bytes(0x08, FLOAT32, 0x18), MINUS_ONE), "lies in shard -1");
        refuses(join(bytes(0x08, FLOAT32, 0x20), MINUS_ONE), "a tensor of 0 bytes lies at -1");
        refuses(join(bytes(0x08, FLOAT32, 0x28), MINUS_ONE), "a tensor of -1 bytes lies at 0");
        refuses(bytes(0x08, FLOAT32, 0x12, 2, 0x18, 1), "a shape of unknown rank");
    }

    /** TensorFlow's TensorShape has no more. */
    @Test
    void reads254AxesAndRefusesMore() throws IOException {
        for (int axes : new int[] {254, 255}) {
            byte[] shape = shape(
                    Collections.nCopies(axes, 1).stream().mapToInt(axis -> axis).toArray());
            byte[] entry = join(bytes(0x08, FLOAT32, 0x12), varint(shape.length), shape, place(floats(7)));
            if (axes == 254) {
                new BundleBytes(1).entry(NAME, entry).rawData(0, floats(7)).write(prefix);
                assertReads(floats(7));
            } else {
                refuses(entry, "a shape has more than 254 axes");
                byte[] slice = new byte[2 * axes];
                for (int i = 0; i < slice.length; i += 2) {
                    slice[i] = 0x0a; // an extent without fields, which is the whole axis
                }
                refuses(join(bytes(0x08, FLOAT32, 0x3a), varint(slice.length), slice), "more than 254 axes");
            }
        }
    }

    @Test
    void refusesNamesThatAreNotUtf8() throws IOException {
        new BundleBytes(1)
                .tensor(bytes('a', 0xff), FLOAT32, shape(), 0, floats(1))
                .write(prefix);
        refuses("is not UTF-8");
    }

    @Test
    void refusesSlicesThatAreNotAsTheirVariableSays() throws IOException {
        byte[] two = bytes(0x3a, 0x04, 0x0a, 0x02, 0x10, 0x02); // from 0 on, of length 2
        byte[] key = bytes(0, 'v', 0, 1, 1, 1, 0x80, 0x82);
        byte[] ofTwo = join(bytes(0x08, FLOAT32, 0x12, 0x04), shape(2), two);
        new BundleBytes(1)
                .tensor(key, FLOAT32, shape(2), 0, floats(1, 2))
                .entry(NAME, ofTwo)
                .write(prefix);
        assertReads(floats(1, 2));
        new BundleBytes(1)
                .tensor(key, FLOAT32, shape(3), 0, floats(1, 2, 3))
                .entry(NAME, ofTwo)
                .write(prefix);
        refuses("does not match its slice");
        new BundleBytes(1)
                .tensor(key, 3, shape(2), 0, floats(1, 2))
                .entry(NAME, ofTwo)
                .write(prefix);
        refuses("does not match its slice");
        new BundleBytes(1).entry(key, ofTwo).entry(NAME, ofTwo).write(prefix);
        refuses("does not match its slice");
        new BundleBytes(1)
                .tensor(key, FLOAT32, shape(2), 0, floats(1, 2))
                .entry(NAME, join(bytes(0x08, FLOAT32, 0x12, 0x08), shape(2, 1), two))
                .write(prefix);
        refuses("does not match its slice");
    }

    /** As many elements as the variable has, none twice, and one of them before its start. */
    @Test
    void refusesASliceThatStartsBeforeItsVariable() throws IOException {
        byte[] before = join(bytes(0x0a, 0x0d, 0x08), MINUS_ONE, bytes(0x10, 0x02));
        byte[] slices = join(bytes(0x3a, before.length), before, bytes(0x3a, 6, 0x0a, 4, 0x08, 1, 0x10, 2));
        new BundleBytes(1)
                .tensor(bytes(0, 'v', 0, 1, 1, 1, 0x7f, 0x82), FLOAT32, shape(2), 0, floats(1, 2))
                .tensor(bytes(0, 'v', 0, 1, 1, 1, 0x81, 0x82), FLOAT32, shape(2), 0, floats(3, 4))
                .entry(NAME, join(bytes(0x08, FLOAT32, 0x12, 0x04), shape(4), slices))
                .write(prefix);
        refuses("is not covered once");
    }

    @Test
    void refusesTensorsThatReachBeyondTheirShard() throws IOException {
        byte[] data = floats(1);
        byte[] late = BundleBytes.value(FLOAT32, shape(), 0, 1, 4, maskedCrc(data));
        new BundleBytes(1).entry(NAME, late).rawData(0, data).write(prefix);
        refuses("takes 4 bytes from byte 1");
    }

    @Test
    void findsTheOneByteThatIsNotZeroInALongGap() throws IOException {
        byte[] gap = new byte[70_000]; // more than is read at a time
        for (int filler : new int[] {0, 1}) {
            gap[69_000] = (byte) filler;
            new BundleBytes(1)
                    .rawData(0, gap)
                    .tensor(NAME, FLOAT32, shape(), 0, floats(5))
                    .write(prefix);
            if (filler == 0) {
                assertReads(floats(5));
            } else {
                assertEquals(69_000, refuses("are not zero").offset());
            }
        }
    }

    /** {@code WriteStringTensor}: lengths, their checksum, bytes; the entry's checksum is of lengths as four bytes each. */
    @Test
    void refusesStringsWhoseLengthsOrChecksumsAreWrong() throws IOException {
        byte[] length = bytes(1, 0, 0, 0);
        byte[] checksum = little(4).putInt(maskedCrc(length)).array();
        byte[] wrong = little(4).putInt(maskedCrc(length) + 1).array();
        int crc = maskedCrc(join(length, checksum, utf8("a")));
        assertEquals(List.of("a"), strings(join(bytes(1), checksum, utf8("a")), crc));
        assertDamaged("the checksum is", join(bytes(1), checksum, utf8("a")), crc + 1);
        assertDamaged("the checksum is", join(bytes(1), checksum, utf8("b")), crc);
        byte[] claimed = join(bytes(1), wrong, utf8("a"));
        assertDamaged("the checksum is", claimed, maskedCrc(join(length, wrong, utf8("a"))));
        assertDamaged("a string's length 9 exceeds", join(bytes(9), checksum, utf8("a")), crc);
        byte[] five = little(4).putInt(maskedCrc(bytes(5, 0, 0, 0))).array();
        assertDamaged("a part of 5 bytes does not fit the 1 left", join(bytes(5), five, utf8("a")), crc);
        new BundleBytes(1).tensor(NAME, 7, shape(), 0, checksum, 0).write(prefix); // not even a length
        refuses("cannot have 4 bytes");
    }

    private void assertDamaged(String reason, byte[] data, int crc) {
        var refusal = assertThrows(MalformedCheckpointException.class, () -> strings(data, crc));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private List<String> strings(byte[] data, int crc) throws IOException {
        new BundleBytes(1).tensor(NAME, 7, shape(), 0, data, crc).write(prefix);
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            return source.readStrings("v").stream().map(String::new).toList();
        }
    }

    /** Size and checksum of an entry. */
    private static byte[] place(byte[] data) {
        return join(
                bytes(0x28, data.length, 0x35),
                little(4).putInt(maskedCrc(data)).array());
    }

    private void assertReads(byte[] expected) throws IOException {
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            ByteBuffer target = ByteBuffer.allocate(expected.length);
            source.read("v", target);
            assertArrayEquals(expected, target.array());
        }
    }

    private void refuses(byte[] entry, String reason) throws IOException {
        new BundleBytes(1).entry(NAME, entry).write(prefix);
        refuses(reason);
    }

    private MalformedCheckpointException refuses(String reason) {
        var refusal = assertThrows(
                MalformedCheckpointException.class,
                () -> TensorFlowCheckpoint.open(prefix).close());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        return refusal;
    }
}
