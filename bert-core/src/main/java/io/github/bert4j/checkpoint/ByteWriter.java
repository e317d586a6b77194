package io.github.bert4j.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Collects little-endian numbers, varints and protocol buffer fields. */
final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    int size() {
        return out.size();
    }

    ByteWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    ByteWriter fixed32(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
        return this;
    }

    ByteWriter fixed64(long value) {
        return fixed32((int) value).fixed32((int) (value >>> 32));
    }

    ByteWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    /** As in proto3, a zero is not written. */
    ByteWriter varintField(int field, long value) {
        return value == 0 ? this : varint(field << 3L).varint(value);
    }

    ByteWriter fixed32Field(int field, int value) {
        return value == 0 ? this : varint(field << 3L | 5).fixed32(value);
    }

    ByteWriter bytesField(int field, byte[] value) {
        return varint(field << 3L | 2).varint(value.length).bytes(value);
    }

    ByteWriter textField(int field, String value) {
        return bytesField(field, value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
