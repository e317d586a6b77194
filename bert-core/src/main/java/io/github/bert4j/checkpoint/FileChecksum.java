package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The checksum of a whole safetensors file in the free text of its header: eight hexadecimal digits, which count as zeros
 * themselves. The format has none of its own.
 */
final class FileChecksum {
    static final String KEY = "bert4j.crc32c";
    static final String NONE = "00000000";

    private static final String FIELD = "\"" + KEY + "\":\"";
    private static final int CHUNK = 1 << 16;

    private FileChecksum() {}

    /** The digits. */
    static ByteBuffer of(CRC32C crc) {
        return ByteBuffer.wrap("%08x".formatted(crc.getValue()).getBytes(StandardCharsets.US_ASCII));
    }

    /** Where in a file the digits are, whose beginning is given; negative if there are none where a writer puts them. */
    static int place(byte[] start) {
        // Latin-1 keeps the places of bytes.
        int field = new String(start, StandardCharsets.ISO_8859_1).indexOf(FIELD, Long.BYTES);
        return field < 0 ? -1 : field + FIELD.length();
    }

    /** Compares a file with its checksum. */
    static void verify(CheckpointFile file, byte[] start, String digits) throws IOException {
        int place = place(start);
        file.verify(
                place >= 0 && digits.length() == NONE.length() && place + NONE.length() <= start.length,
                Long.BYTES,
                "the checksum is not written as it should be");
        CRC32C crc = new CRC32C();
        byte[] unsigned = start.clone();
        System.arraycopy(NONE.getBytes(StandardCharsets.US_ASCII), 0, unsigned, place, NONE.length());
        crc.update(unsigned);
        for (long position = start.length; position < file.size(); position += CHUNK) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, file.size() - position));
            file.read(position, chunk);
            crc.update(chunk.flip());
        }
        String computed = "%08x".formatted(crc.getValue());
        file.verify(
                computed.equals(digits),
                0,
                "the checksum is " + computed + ", but " + digits + " was written: the file is damaged");
    }
}
