package io.github.bert4j.checkpoint;

import io.github.bert4j.files.ByteWriter;
import io.github.bert4j.files.Crc;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes the table that {@link SortedStringTable} reads, uncompressed: TensorFlow's {@code table_builder.cc}. */
final class SortedStringTableWriter {
    private static final int RESTART_INTERVAL = 16;

    private final PendingFile file;
    private final int blockSize;
    private final Block index = new Block(1);
    private Block block = new Block(RESTART_INTERVAL);
    private BlockHandle unlisted; // the last finished block, whose separator depends on the next key
    private byte[] lastKey = {};
    private long position;

    SortedStringTableWriter(PendingFile file, int blockSize) {
        this.file = file;
        this.blockSize = blockSize;
    }

    /** Adds an entry; keys must come in ascending order of their bytes. */
    void add(byte[] key, byte[] value) throws IOException {
        if (unlisted != null) {
            list(separator(lastKey, key));
        }
        block.add(key, value);
        lastKey = key;
        if (block.size() >= blockSize) {
            unlisted = write(block);
            block = new Block(RESTART_INTERVAL);
        }
    }

    /** Writes the rest; the file is left to its owner to commit. */
    void finish() throws IOException {
        if (unlisted == null) {
            unlisted = write(block);
        }
        BlockHandle metaIndex = write(new Block(1));
        list(successor(lastKey));
        ByteWriter footer = new ByteWriter().bytes(encoded(metaIndex)).bytes(encoded(write(index)));
        footer.bytes(new byte[SortedStringTable.FOOTER - Long.BYTES - footer.size()]);
        file.write(ByteBuffer.wrap(footer.fixed64(SortedStringTable.MAGIC).toByteArray()));
    }

    private void list(byte[] separator) {
        index.add(separator, encoded(unlisted));
        unlisted = null;
    }

    private BlockHandle write(Block finished) throws IOException {
        byte[] contents = finished.toByteArray();
        byte[] type = {0};
        CRC32C crc = new CRC32C();
        crc.update(contents);
        crc.update(type);
        file.write(ByteBuffer.wrap(contents));
        file.write(ByteBuffer.wrap(
                new ByteWriter().bytes(type).fixed32(Crc.masked(crc)).toByteArray()));
        BlockHandle handle = new BlockHandle(position, contents.length);
        position = handle.end();
        return handle;
    }

    private static byte[] encoded(BlockHandle handle) {
        return new ByteWriter().varint(handle.offset()).varint(handle.size()).toByteArray();
    }

    /** A short key from {@code low} to before {@code high}: {@code FindShortestSeparator}. */
    private static byte[] separator(byte[] low, byte[] high) {
        int common = Arrays.mismatch(low, high);
        if (common == low.length || low[common] == (byte) 0xff || (low[common] & 0xff) + 1 >= (high[common] & 0xff)) {
            return low;
        }
        return incremented(low, common);
    }

    /** A short key that is not before {@code key}: {@code FindShortSuccessor}. */
    private static byte[] successor(byte[] key) {
        for (int i = 0; i < key.length; i++) {
            if (key[i] != (byte) 0xff) {
                return incremented(key, i);
            }
        }
        return key;
    }

    private static byte[] incremented(byte[] key, int last) {
        byte[] result = Arrays.copyOf(key, last + 1);
        result[last]++;
        return result;
    }

    /** A block being filled; every so many entries a key is written in full, and its place noted. */
    private static final class Block {
        private final int restartInterval;
        private final ByteWriter entries = new ByteWriter();
        private final List<Integer> restarts = new ArrayList<>(List.of(0));
        private byte[] lastKey = {};
        private int sinceRestart;

        Block(int restartInterval) {
            this.restartInterval = restartInterval;
        }

        void add(byte[] key, byte[] value) {
            if (sinceRestart == restartInterval) {
                restarts.add(entries.size());
                sinceRestart = 0;
            }
            int mismatch = sinceRestart == 0 ? 0 : Arrays.mismatch(lastKey, key);
            entries.varint(mismatch).varint(key.length - mismatch).varint(value.length);
            entries.bytes(Arrays.copyOfRange(key, mismatch, key.length)).bytes(value);
            lastKey = key;
            sinceRestart++;
        }

        int size() {
            return entries.size() + Integer.BYTES * (restarts.size() + 1);
        }

        byte[] toByteArray() {
            ByteWriter block = new ByteWriter().bytes(entries.toByteArray());
            restarts.forEach(block::fixed32);
            return block.fixed32(restarts.size()).toByteArray();
        }
    }
}
