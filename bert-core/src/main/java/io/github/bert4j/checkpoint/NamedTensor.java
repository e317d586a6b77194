package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor to be written.
 *
 * @param content asked for once, when it is this tensor's turn, so that a writer holds one tensor at a time
 */
public record NamedTensor(TensorInfo info, Content content) {
    /** What the name of a tensor of whole numbers is continued with for its scales. */
    static final String SCALES = ".scales";

    private static final int LARGEST = 127;

    /** Gives a tensor's bytes, little-endian and row-major: {@link TensorInfo#byteSize} of them remaining. */
    @FunctionalInterface
    public interface Content {
        ByteBuffer bytes() throws IOException;
    }

    /** A float32 tensor; the values are copied when it is written. */
    public static NamedTensor ofFloats(String name, List<Long> shape, float... values) {
        return new NamedTensor(new TensorInfo(name, DataType.FLOAT32, shape), () -> {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes;
        });
    }

    /** A float32 tensor whose values are asked for when it is written, and then copied. */
    public static NamedTensor ofFloats(String name, List<Long> shape, Supplier<FloatBuffer> values) {
        TensorInfo info = new TensorInfo(name, DataType.FLOAT32, shape);
        return new NamedTensor(info, () -> {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.toIntExact(info.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values.get());
            return bytes;
        });
    }

    /**
     * A matrix rounded to whole numbers from -127 to 127, relative to the largest number of each row or column, and the scales
     * to multiply them with: two tensors, the second [rows, 1] or [1, columns].
     *
     * @param values [rows, columns]; asked for when they are written, and then copied
     */
    public static List<NamedTensor> wholeNumbers(
            String name, List<Long> shape, boolean byRow, Supplier<FloatBuffer> values) {
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        TensorInfo whole = new TensorInfo(name, DataType.INT8, shape);
        List<Long> scaleShape = byRow ? List.of((long) rows, 1L) : List.of(1L, (long) columns);
        return List.of(
                new NamedTensor(whole, () -> {
                    FloatBuffer exact = values.get().slice();
                    float[] scales = scales(exact, rows, columns, byRow);
                    ByteBuffer bytes = ByteBuffer.allocate(rows * columns);
                    for (int i = 0; i < rows * columns; i++) {
                        bytes.put((byte) Math.rint(exact.get(i) / scales[byRow ? i / columns : i % columns]));
                    }
                    return bytes.flip();
                }),
                ofFloats(
                        name + SCALES,
                        scaleShape,
                        () -> FloatBuffer.wrap(scales(values.get().slice(), rows, columns, byRow))));
    }

    private static float[] scales(FloatBuffer values, int rows, int columns, boolean byRow) {
        float[] scales = new float[byRow ? rows : columns];
        for (int i = 0; i < rows * columns; i++) {
            int group = byRow ? i / columns : i % columns;
            scales[group] = Math.max(scales[group], Math.abs(values.get(i)));
        }
        for (int i = 0; i < scales.length; i++) {
            scales[i] = scales[i] > 0 ? scales[i] / LARGEST : 1;
        }
        return scales;
    }

    /** A tensor of another checkpoint, which must be open while it is written. */
    public static NamedTensor copyOf(TensorSource source, String name) {
        TensorInfo info = source.tensor(name);
        return new NamedTensor(info, () -> {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(info.byteSize()));
            source.read(name, bytes);
            return bytes.flip();
        });
    }

    /** The content, checked. */
    ByteBuffer bytes() throws IOException {
        ByteBuffer bytes = content.bytes();
        if (bytes.remaining() != info.byteSize()) {
            throw new IllegalArgumentException("Tensor '" + info.name() + "' of type " + info.type() + " and shape "
                    + info.shape() + " needs " + info.byteSize() + " bytes, but its content has " + bytes.remaining());
        }
        return bytes;
    }
}
