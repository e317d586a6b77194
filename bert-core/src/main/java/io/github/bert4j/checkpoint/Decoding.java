package io.github.bert4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** Turns little-endian chunks of any numeric type into floats and doubles. */
final class Decoding {
    private Decoding() {}

    static Consumer<ByteBuffer> floats(TensorInfo info, FloatBuffer target) {
        return switch (info.type()) {
            case FLOAT32 -> chunk -> target.put(chunk.asFloatBuffer());
            case FLOAT64 ->
                chunk -> {
                    while (chunk.hasRemaining()) {
                        target.put((float) chunk.getDouble());
                    }
                };
            case FLOAT16 ->
                chunk -> {
                    while (chunk.hasRemaining()) {
                        target.put(float16(chunk.getShort()));
                    }
                };
            case BFLOAT16 ->
                chunk -> {
                    while (chunk.hasRemaining()) {
                        target.put(bfloat16(chunk.getShort()));
                    }
                };
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING ->
                throw new IllegalArgumentException("Tensor '" + info.name() + "' is of type " + info.type()
                        + ", but only floating-point tensors can be read as float32");
        };
    }

    static Consumer<ByteBuffer> doubles(TensorInfo info, DoubleConsumer target) {
        return switch (info.type()) {
            case FLOAT32 -> each(target, ByteBuffer::getFloat);
            case FLOAT64 -> each(target, ByteBuffer::getDouble);
            case FLOAT16 -> each(target, chunk -> float16(chunk.getShort()));
            case BFLOAT16 -> each(target, chunk -> bfloat16(chunk.getShort()));
            case INT8 -> each(target, ByteBuffer::get);
            case INT16 -> each(target, ByteBuffer::getShort);
            case INT32 -> each(target, ByteBuffer::getInt);
            case INT64 -> each(target, ByteBuffer::getLong);
            case UINT8 -> each(target, chunk -> Byte.toUnsignedInt(chunk.get()));
            case UINT16 -> each(target, chunk -> Short.toUnsignedInt(chunk.getShort()));
            case UINT32 -> each(target, chunk -> Integer.toUnsignedLong(chunk.getInt()));
            case UINT64 -> each(target, chunk -> unsigned(chunk.getLong()));
            case BOOL -> each(target, chunk -> chunk.get() == 0 ? 0 : 1);
            case STRING ->
                throw new IllegalArgumentException(
                        "Tensor '" + info.name() + "' is of strings, which have no values as numbers");
        };
    }

    private interface Element {
        double next(ByteBuffer chunk);
    }

    private static Consumer<ByteBuffer> each(DoubleConsumer target, Element element) {
        return chunk -> {
            while (chunk.hasRemaining()) {
                target.accept(element.next(chunk));
            }
        };
    }

    private static float bfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static float float16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        return switch (exponent) {
            case 0 -> Math.copySign(fraction * 0x1p-24f, Float.intBitsToFloat(sign | 0x3f800000));
            case 31 -> Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
            default -> Float.intBitsToFloat(sign | (exponent + 127 - 15) << 23 | fraction << 13);
        };
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0; // the last bit kept for correct rounding
    }
}
