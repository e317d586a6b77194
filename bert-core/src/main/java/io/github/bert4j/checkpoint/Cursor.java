package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;

/** Reads little-endian numbers and varints one after the other, never beyond its end. */
final class Cursor {
    private final Bytes bytes;
    private final long end;
    private long position;

    Cursor(Bytes bytes, long position, long end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    long position() {
        return position;
    }

    long fileOffset() {
        return bytes.fileOffset(position);
    }

    long remaining() {
        return end - position;
    }

    int next() throws IOException {
        verify(position < end, "the record ends in the middle of a value");
        return bytes.at(position++);
    }

    int peek(int ahead) throws IOException {
        verify(ahead < remaining(), "the record ends in the middle of a value");
        return bytes.at(position + ahead);
    }

    int fixed32() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    long fixed64() throws IOException {
        return Integer.toUnsignedLong(fixed32()) | (long) fixed32() << 32;
    }

    /** Up to 64 bits in groups of seven, lowest first. */
    long varint() throws IOException {
        long start = position;
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int group = next();
            value |= (long) (group & 0x7f) << shift;
            if (group < 0x80) {
                verify(shift < 63 || group <= 1, start, "a varint has more than 64 bits");
                return value;
            }
        }
        throw bytes.malformed(start, "a varint has more than 10 bytes");
    }

    /** A varint in the one form that no writer has a reason to deviate from, so that damage cannot hide in it. */
    long shortestVarint() throws IOException {
        long start = position;
        long value = varint();
        verify(position - start == varintSize(value), start, "a varint is longer than its value " + value + " needs");
        return value;
    }

    /** A varint that counts or measures something: at most {@code limit}. */
    int count(long limit, String what) throws IOException {
        long start = position;
        long value = shortestVarint();
        verify(value >= 0 && value <= limit, start, what + " " + Long.toUnsignedString(value) + " exceeds " + limit);
        return Math.toIntExact(value);
    }

    byte[] bytes(int count) throws IOException {
        verify(count <= remaining(), "the record ends in the middle of a value");
        byte[] result = new byte[count];
        for (int i = 0; i < count; i++) {
            result[i] = (byte) bytes.at(position++);
        }
        return result;
    }

    String text(int byteCount) throws IOException {
        long start = position;
        try {
            return Text.decode(bytes(byteCount));
        } catch (CharacterCodingException notText) {
            throw bytes.malformed(start, "a name is not UTF-8");
        }
    }

    /** The next {@code length} bytes as a cursor of their own; this one continues behind them. */
    Cursor slice(long length) throws IOException {
        verify(
                length >= 0 && length <= remaining(),
                "a part of " + Long.toUnsignedString(length) + " bytes does not fit the " + remaining() + " left");
        Cursor slice = new Cursor(bytes, position, position + length);
        position += length;
        return slice;
    }

    void verify(boolean condition, String reason) throws MalformedCheckpointException {
        verify(condition, position, reason);
    }

    void verify(boolean condition, long at, String reason) throws MalformedCheckpointException {
        if (!condition) {
            throw bytes.malformed(at, reason);
        }
    }

    private static int varintSize(long value) {
        return Math.max(1, (64 - Long.numberOfLeadingZeros(value) + 6) / 7);
    }
}
