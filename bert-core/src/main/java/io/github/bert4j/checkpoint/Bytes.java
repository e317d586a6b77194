package io.github.bert4j.checkpoint;

import java.io.IOException;

/** Bytes by position, from memory or from a file. */
interface Bytes {
    /** The byte at a position, 0 to 255. */
    int at(long position) throws IOException;

    /** The place in the file of the byte at a position. */
    long fileOffset(long position);

    /** A complaint that names the file and the place in it. */
    MalformedCheckpointException malformed(long position, String reason);

    /** Bytes that were read from a place in a file. */
    static Bytes inMemory(CheckpointFile file, long fileOffset, byte[] bytes) {
        return new Bytes() {
            @Override
            public int at(long position) {
                return bytes[(int) position] & 0xff;
            }

            @Override
            public long fileOffset(long position) {
                return fileOffset + position;
            }

            @Override
            public MalformedCheckpointException malformed(long position, String reason) {
                return file.malformed(fileOffset(position), reason);
            }
        };
    }
}
