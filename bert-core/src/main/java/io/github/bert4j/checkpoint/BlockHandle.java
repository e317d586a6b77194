package io.github.bert4j.checkpoint;

import java.io.IOException;

/** Where a block of a {@link SortedStringTable} lies, its trailer not counted. */
record BlockHandle(long offset, long size) {
    /** Reads two varints and checks that the block ends, with its trailer, at or before {@code limit}. */
    static BlockHandle read(Cursor cursor, long limit) throws IOException {
        long start = cursor.position();
        long offset = cursor.shortestVarint();
        long size = cursor.shortestVarint();
        cursor.verify(
                offset >= 0
                        && size >= 0
                        && size <= limit - TableBlock.TRAILER
                        && offset <= limit - TableBlock.TRAILER - size,
                start,
                "a block of " + Long.toUnsignedString(size) + " bytes at " + Long.toUnsignedString(offset)
                        + " does not fit before byte " + limit);
        return new BlockHandle(offset, size);
    }

    long end() {
        return offset + size + TableBlock.TRAILER;
    }
}
