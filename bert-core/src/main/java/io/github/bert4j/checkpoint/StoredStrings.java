package io.github.bert4j.checkpoint;

import io.github.bert4j.files.Crc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads tensors of strings from a tensor bundle: all lengths as varints, their checksum, then all bytes
 * ({@code WriteStringTensor} of TensorFlow's {@code tensor_bundle.cc}).
 */
final class StoredStrings {
    static final int CHECKSUM = 4;

    private StoredStrings() {}

    static List<byte[]> read(StoredTensor tensor) throws IOException {
        List<Iterator<byte[]>> pieces = new ArrayList<>();
        for (Piece piece : tensor.pieces()) {
            pieces.add(read(piece).iterator());
        }
        List<byte[]> strings = new ArrayList<>();
        tensor.forEachRun((piece, elements) -> {
            for (long i = 0; i < elements; i++) {
                strings.add(pieces.get(piece).next());
            }
        });
        return strings;
    }

    private static List<byte[]> read(Piece piece) throws IOException {
        CheckpointFile file = piece.file();
        file.verify(
                piece.byteSize() <= Integer.MAX_VALUE - 8,
                piece.offset(),
                "strings of 2 GiB and more are not supported");
        byte[] stored = new byte[(int) piece.byteSize()];
        file.read(piece.offset(), ByteBuffer.wrap(stored));
        Cursor cursor = new Cursor(Bytes.inMemory(file, piece.offset(), stored), 0, stored.length);
        CRC32C crc = new CRC32C();
        int[] lengths = readLengths(cursor, piece.lengths(), crc);
        verifyChecksum(cursor, piece, crc);
        List<byte[]> strings = new ArrayList<>(lengths.length);
        for (int length : lengths) {
            int start = (int) cursor.position();
            cursor.slice(length);
            crc.update(stored, start, length);
            strings.add(Arrays.copyOfRange(stored, start, start + length));
        }
        cursor.verify(cursor.remaining() == 0, cursor.remaining() + " bytes follow the last string");
        int expected = piece.maskedCrc().orElseThrow();
        file.verify(Crc.masked(crc) == expected, piece.offset(), Crc.describe(expected, Crc.masked(crc)));
        return strings;
    }

    private static int[] readLengths(Cursor cursor, List<Long> shape, CRC32C crc) throws IOException {
        int count = 1;
        for (long axis : shape) {
            count = (int) (count * axis); // fits: every string takes at least a byte of those that were read
        }
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = cursor.count(cursor.remaining(), "a string's length");
            update(crc, lengths[i]); // as four bytes, not as the varint
        }
        return lengths;
    }

    private static void verifyChecksum(Cursor cursor, Piece piece, CRC32C crc) throws IOException {
        int computed = Crc.masked(crc);
        int expected = cursor.fixed32();
        piece.file().verify(expected == computed, piece.offset(), Crc.describe(expected, computed));
        update(crc, expected);
    }

    private static void update(CRC32C crc, int value) {
        crc.update(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
    }
}
