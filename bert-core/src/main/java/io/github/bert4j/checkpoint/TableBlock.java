package io.github.bert4j.checkpoint;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.github.bert4j.files.Crc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** One block of a {@link SortedStringTable}: entries whose keys share prefixes, then the offsets of restarts. */
final class TableBlock implements Bytes {
    /** A type byte and a masked CRC32C follow the contents. */
    static final int TRAILER = 5;

    /** Far beyond any variable's name. */
    private static final int LONGEST_KEY = 4096;

    /** Snappy's densest element copies 64 bytes and takes 3. */
    private static final int DENSEST_SNAPPY = 22;

    private final CheckpointFile file;
    private final long offset;
    private final byte[] contents;
    private final boolean compressed;

    private TableBlock(CheckpointFile file, long offset, byte[] contents, boolean compressed) {
        this.file = file;
        this.offset = offset;
        this.contents = contents;
        this.compressed = compressed;
    }

    static TableBlock read(CheckpointFile file, BlockHandle handle) throws IOException {
        long offset = handle.offset();
        file.verify(
                handle.size() <= Integer.MAX_VALUE - TRAILER - 8,
                offset,
                "a block of " + handle.size() + " bytes is beyond reason");
        ByteBuffer stored = ByteBuffer.allocate((int) handle.size() + TRAILER);
        file.read(offset, stored);
        CRC32C crc = new CRC32C();
        crc.update(stored.array(), 0, stored.capacity() - 4);
        Cursor trailer = new Cursor(Bytes.inMemory(file, offset, stored.array()), handle.size(), stored.capacity());
        int type = trailer.next();
        int expected = trailer.fixed32();
        file.verify(Crc.masked(crc) == expected, offset, Crc.describe(expected, Crc.masked(crc)));
        byte[] contents = Arrays.copyOf(stored.array(), (int) handle.size());
        return switch (type) {
            case 0 -> new TableBlock(file, offset, contents, false);
            case 1 -> new TableBlock(file, offset, decompressed(file, offset, contents), true);
            default ->
                throw file.malformed(
                        offset + handle.size(),
                        "a block has the compression type " + type + "; 0 and 1 (snappy) are known");
        };
    }

    private static byte[] decompressed(CheckpointFile file, long offset, byte[] compressed) throws IOException {
        long size = new Cursor(Bytes.inMemory(file, offset, compressed), 0, compressed.length).varint();
        file.verify(
                size >= 0 && size <= Math.min(DENSEST_SNAPPY * (long) compressed.length, Integer.MAX_VALUE - 8),
                offset,
                "a snappy block of " + compressed.length + " bytes claims to hold " + Long.toUnsignedString(size));
        byte[] contents = new byte[(int) size];
        try {
            int actual =
                    new SnappyDecompressor().decompress(compressed, 0, compressed.length, contents, 0, contents.length);
            file.verify(actual == size, offset, "a snappy block holds " + actual + " bytes instead of " + size);
        } catch (MalformedInputException | IndexOutOfBoundsException damaged) {
            throw file.malformed(offset, "a snappy block cannot be decompressed: " + damaged.getMessage());
        }
        return contents;
    }

    @Override
    public int at(long position) {
        return contents[(int) position] & 0xff;
    }

    /** For a compressed block, its start: bytes inside it have no place of their own. */
    @Override
    public long fileOffset(long position) {
        return compressed ? offset : offset + position;
    }

    @Override
    public MalformedCheckpointException malformed(long position, String reason) {
        return file.malformed(
                fileOffset(position),
                compressed ? reason + " (byte " + position + " of the decompressed block)" : reason);
    }

    /** Hands over every entry in order; whether the keys ascend is for the table to check. */
    void forEach(SortedStringTable.EntryConsumer consumer) throws IOException {
        Cursor cursor = new Cursor(this, 0, entriesEnd());
        byte[] key = {};
        while (cursor.remaining() > 0) {
            int shared = cursor.count(key.length, "the shared length");
            int own = cursor.count(LONGEST_KEY - shared, "the key's own length");
            int valueLength = cursor.count(cursor.remaining(), "the value's length");
            byte[] next = Arrays.copyOf(key, shared + own);
            System.arraycopy(cursor.bytes(own), 0, next, shared, own);
            key = next;
            consumer.accept(key, cursor.slice(valueLength));
        }
    }

    private int entriesEnd() throws IOException {
        verify(contents.length >= 8, 0, "a block of " + contents.length + " bytes is too short");
        long restarts = Integer.toUnsignedLong(new Cursor(this, contents.length - 4L, contents.length).fixed32());
        verify(
                restarts >= 1 && restarts <= contents.length / 4 - 1,
                contents.length - 4L,
                restarts + " restarts do not fit");
        int end = (int) (contents.length - 4 * (restarts + 1));
        Cursor cursor = new Cursor(this, end, contents.length);
        long previous = -1;
        for (int i = 0; i < restarts; i++) {
            long restart = Integer.toUnsignedLong(cursor.fixed32());
            verify(restart > previous && restart <= end, cursor.position() - 4, "a restart points nowhere");
            previous = restart;
        }
        return end;
    }

    private void verify(boolean condition, long position, String reason) throws IOException {
        if (!condition) {
            throw malformed(position, reason);
        }
    }
}
