package io.github.bert4j.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes values so that their bytes sort as the values do: TensorFlow's {@code core/lib/strings/ordered_code.cc}.
 *
 * <p>A partitioned variable's slices are stored under such keys. A reader need not decode them: the full entry lists
 * its slices, so their keys can be made and looked up, as TensorFlow itself does.
 */
final class OrderedCode {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private OrderedCode() {}

    /** The key of a slice: {@code EncodeTensorNameSlice} of TensorFlow's {@code saved_tensor_slice_util.cc}. */
    static byte[] sliceKey(String name, BundleEntry.Slice slice) {
        OrderedCode code = new OrderedCode();
        code.small(0);
        code.text(name.getBytes(StandardCharsets.UTF_8));
        code.small(slice.starts().size());
        for (int axis = 0; axis < slice.starts().size(); axis++) {
            code.signed(slice.starts().get(axis));
            code.signed(slice.lengths().get(axis));
        }
        return code.out.toByteArray();
    }

    /** {@code WriteNumIncreasing} of a number below 256: how many bytes it takes, and the byte; none for zero. */
    private void small(int value) {
        if (value == 0) {
            out.write(0);
        } else {
            out.write(1);
            out.write(value);
        }
    }

    /** {@code WriteString}: 00 and ff are escaped, 00 01 ends it. */
    private void text(byte[] text) {
        for (byte b : text) {
            out.write(b);
            if (b == 0) {
                out.write(0xff);
            } else if (b == (byte) 0xff) {
                out.write(0);
            }
        }
        out.write(0);
        out.write(1);
    }

    /**
     * {@code WriteSignedNumIncreasing}: like UTF-8, as many leading one bits as there are bytes, then the sign and the
     * value in two's complement; for negative numbers the leading bits are inverted.
     */
    private void signed(long value) {
        int valueBits = 64 - Long.numberOfLeadingZeros(value < 0 ? ~value : value) + 1; // with the sign
        int count = (valueBits + 6) / 7;
        // Ten bytes can be needed, so the two that a long has no room for are kept apart.
        int sign = value < 0 ? 0xff : 0;
        byte[] padded = new byte[10];
        for (int i = 0; i < 10; i++) {
            padded[i] = (byte) (i < 2 ? sign : value >> 8 * (9 - i));
        }
        for (int bit = 0; bit < count; bit++) {
            padded[10 - count + bit / 8] ^= (byte) (0x80 >> bit % 8);
        }
        out.write(padded, 10 - count, count);
    }
}
