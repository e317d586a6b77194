package io.github.bert4j.checkpoint;

import java.io.IOException;

/**
 * Walks over the fields of a protocol buffer message without a schema.
 *
 * <p>Call {@link #next}, look at {@link #field}, then take the value with one of the readers, or not: what is not
 * taken is skipped. See https://protobuf.dev/programming-guides/encoding/.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final Cursor cursor;
    private int field;
    private int wireType;
    private Cursor value;

    ProtobufReader(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Moves to the next field; false at the end of the message. */
    boolean next() throws IOException {
        if (cursor.remaining() == 0) {
            return false;
        }
        long start = cursor.position();
        long tag = cursor.varint();
        wireType = (int) (tag & 7);
        cursor.verify(tag >>> 3 > 0 && tag >>> 3 <= Integer.MAX_VALUE, start, "a field has the number " + (tag >>> 3));
        field = (int) (tag >>> 3);
        value = switch (wireType) {
            case VARINT -> varintBytes();
            case FIXED64 -> cursor.slice(8);
            case LENGTH_DELIMITED -> cursor.slice(cursor.varint());
            case FIXED32 -> cursor.slice(4);
            default -> {
                cursor.verify(false, start, "a field has the unknown wire type " + wireType);
                yield null;
            }
        };
        return true;
    }

    private Cursor varintBytes() throws IOException {
        int size = 1;
        while (cursor.peek(size - 1) >= 0x80) {
            size++;
            cursor.verify(size <= 10, "a varint has more than 10 bytes");
        }
        return cursor.slice(size);
    }

    /** The current field's number. */
    int field() {
        return field;
    }

    /** Whether the current field has a length, as a message, a string or a packed list has. */
    boolean isLengthDelimited() {
        return wireType == LENGTH_DELIMITED;
    }

    long varint() throws IOException {
        expect(VARINT);
        return value.varint();
    }

    int fixed32() throws IOException {
        expect(FIXED32);
        return value.fixed32();
    }

    /** The current field's bytes: a packed list, or bytes to note the place of. */
    Cursor content() throws IOException {
        expect(LENGTH_DELIMITED);
        return value;
    }

    ProtobufReader message() throws IOException {
        return new ProtobufReader(content());
    }

    String text(int limit) throws IOException {
        Cursor content = content();
        content.verify(content.remaining() <= limit, "a name of " + content.remaining() + " bytes is too long");
        return content.text((int) content.remaining());
    }

    /** Complains, if need be, about the current field. */
    void verify(boolean condition, String reason) throws IOException {
        value.verify(condition, reason);
    }

    private void expect(int type) throws IOException {
        value.verify(wireType == type, "field " + field + " has the wire type " + wireType + " instead of " + type);
    }
}
