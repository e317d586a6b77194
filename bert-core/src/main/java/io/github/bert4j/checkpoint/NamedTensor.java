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
