package io.github.bert4j.files;

import java.util.zip.CRC32C;

/** The CRC32C of LevelDB's and TensorFlow's files, which is stored masked so that it can be part of what it covers. */
public final class Crc {
    private static final int DELTA = 0xa282ead8;

    private Crc() {}

    /** LevelDB's {@code crc32c::Mask}. */
    public static int masked(CRC32C crc) {
        return Integer.rotateRight((int) crc.getValue(), 15) + DELTA;
    }

    /** What is told of bytes whose checksum is another than was written. */
    public static String describe(int stored, int computed) {
        return "the checksum is " + hex(computed) + ", but " + hex(stored) + " was written: the bytes are damaged";
    }

    private static String hex(int value) {
        return "%08x".formatted(value);
    }
}
