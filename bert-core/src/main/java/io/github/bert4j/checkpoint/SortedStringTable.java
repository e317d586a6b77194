package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads LevelDB's table format, of which a TensorFlow index is one: key-value blocks, an index of them, and a footer.
 *
 * <p>The format is LevelDB's {@code doc/table_format.md} as kept in TensorFlow's {@code core/lib/io}. The reader is
 * strict: every byte of the file must belong to exactly one block or to the footer.
 */
final class SortedStringTable {
    static final int FOOTER = 48;
    static final long MAGIC = 0xdb4775248b80fb57L;

    private SortedStringTable() {}

    /** Takes a key and a cursor over exactly its value. */
    interface EntryConsumer {
        void accept(byte[] key, Cursor value) throws IOException;
    }

    static void forEach(CheckpointFile file, EntryConsumer consumer) throws IOException {
        long footer = file.size() - FOOTER;
        file.verify(footer >= 0, file.size(), "the file is too short for an index: it has no room for the footer");
        Cursor cursor = footerCursor(file, footer);
        BlockHandle metaIndex = BlockHandle.read(cursor, footer);
        BlockHandle index = BlockHandle.read(cursor, footer);
        while (cursor.remaining() > 8) {
            cursor.verify(cursor.next() == 0, "the footer's padding is not zero");
        }
        long magic = cursor.fixed64();
        file.verify(magic == MAGIC, footer + 40, "%016x is not an index's magic number %016x".formatted(magic, MAGIC));

        List<BlockHandle> blocks = new ArrayList<>(List.of(metaIndex, index));
        TableBlock.read(file, metaIndex)
                .forEach((key, value) -> value.verify(false, "the index has an unknown meta block"));
        forEachBlock(file, index, footer, blocks, consumer);
        verifyTiling(file, blocks, footer);
    }

    private static void forEachBlock(
            CheckpointFile file, BlockHandle index, long limit, List<BlockHandle> blocks, EntryConsumer consumer)
            throws IOException {
        byte[][] last = {null}; // the last key of the blocks read so far
        long[] end = {0}; // and where they end: no block is read twice
        TableBlock.read(file, index).forEach((separator, value) -> {
            BlockHandle handle = BlockHandle.read(value, limit);
            value.verify(value.remaining() == 0, "a block handle has more than two numbers");
            value.verify(handle.offset() >= end[0], "the index lists blocks out of order");
            end[0] = handle.end();
            blocks.add(handle);
            TableBlock.read(file, handle).forEach((key, content) -> {
                content.verify(
                        last[0] == null || Arrays.compareUnsigned(last[0], key) < 0,
                        "the keys are not in ascending order");
                last[0] = key;
                consumer.accept(key, content);
            });
            value.verify(
                    last[0] != null && Arrays.compareUnsigned(last[0], separator) <= 0,
                    "a block has keys beyond its separator in the index");
            last[0] = separator;
        });
    }

    private static Cursor footerCursor(CheckpointFile file, long footer) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(FOOTER);
        file.read(footer, buffer);
        return new Cursor(Bytes.inMemory(file, footer, buffer.array()), 0, FOOTER);
    }

    private static void verifyTiling(CheckpointFile file, List<BlockHandle> blocks, long footer) throws IOException {
        blocks.sort(Comparator.comparingLong(BlockHandle::offset));
        long position = 0;
        for (BlockHandle block : blocks) {
            file.verify(
                    block.offset() == position, position, "a block starts at " + block.offset() + " instead of here");
            position = block.end();
        }
        file.verify(position == footer, position, "bytes between the last block and the footer belong to nothing");
    }
}
