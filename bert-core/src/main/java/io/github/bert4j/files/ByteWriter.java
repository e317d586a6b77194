package io.github.bert4j.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Collects little-endian numbers, varints and protocol buffer fields. */
public final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public int size() {
        return out.size();
    }

    public ByteWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public ByteWriter fixed32(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
        return this;
    }

    public ByteWriter fixed64(long value) {
        return fixed32((int) value).fixed32((int) (value >>> 32));
    }

    public ByteWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    /** As in proto3, a zero is not written. */
    public ByteWriter varintField(int field, long value) {
        return value == 0 ? this : varint(field << 3L).varint(value);
    }

    public ByteWriter fixed32Field(int field, int value) {
        return value == 0 ? this : varint(field << 3L | 5).fixed32(value);
    }

    public ByteWriter bytesField(int field, byte[] value) {
        return varint(field << 3L | 2).varint(value.length).bytes(value);
    }

    public ByteWriter textField(int field, String value) {
        return bytesField(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }
}
