package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A matrix of whole numbers of 8 bits, read as the float32 numbers that it stands for: {@code (whole - zero point) · scale}.
 *
 * @param whole [rows, columns] of int8 or uint8
 * @param scales float32: one, or one per row [rows, 1], or one per column [columns] or [1, columns]
 * @param zeroPoints of the same number and of the type of the whole numbers; 0 where there are none
 */
record ScaledTensor(ReadableTensor whole, ReadableTensor scales, Optional<ReadableTensor> zeroPoints)
        implements ReadableTensor {
    private static final int UNSIGNED = 0xFF;

    /** Empty where the parts do not fit each other. */
    static Optional<ScaledTensor> of(ReadableTensor whole, ReadableTensor scales, Optional<ReadableTensor> zeroPoints) {
        TensorInfo numbers = whole.info();
        TensorInfo factors = scales.info();
        boolean fits = (numbers.type() == DataType.INT8 || numbers.type() == DataType.UINT8)
                && factors.type() == DataType.FLOAT32
                && (factors.elements() == 1 || isPerRowOrColumn(numbers.shape(), factors.shape()))
                && zeroPoints.stream()
                        .map(ReadableTensor::info)
                        .allMatch(points -> points.type() == numbers.type() && points.elements() == factors.elements());
        return fits ? Optional.of(new ScaledTensor(whole, scales, zeroPoints)) : Optional.empty();
    }

    private static boolean isPerRowOrColumn(List<Long> shape, List<Long> scales) {
        return shape.size() == 2
                && (scales.equals(List.of(shape.get(0), 1L))
                        || scales.equals(List.of(shape.get(1)))
                        || scales.equals(List.of(1L, shape.get(1))));
    }

    @Override
    public TensorInfo info() {
        return new TensorInfo(
                whole.info().name(), DataType.FLOAT32, whole.info().shape());
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        FloatBuffer values = target.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        byte[] numbers = bytes(whole);
        FloatBuffer scale =
                ByteBuffer.wrap(bytes(scales)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        byte[] zeros = zeroPoints.isPresent() ? bytes(zeroPoints.get()) : new byte[scale.capacity()];
        int groups = scale.capacity();
        boolean perRow = groups == 1
                || scales.info().shape().size() == 2 && scales.info().shape().get(1) == 1;
        int columns = perRow ? numbers.length / groups : groups;
        int mask = whole.info().type() == DataType.UINT8 ? UNSIGNED : -1;
        float[] row = new float[columns];
        for (int start = 0; start < numbers.length; start += columns) {
            for (int i = 0; i < columns; i++) {
                int group = perRow ? start / columns : i;
                row[i] = ((numbers[start + i] & mask) - (zeros[group] & mask)) * scale.get(group);
            }
            values.put(row);
        }
        target.position(target.position() + numbers.length * Float.BYTES);
    }

    @Override
    public void stream(Consumer<ByteBuffer> consumer) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(info().byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        read(all);
        consumer.accept(all.flip().order(ByteOrder.LITTLE_ENDIAN));
    }

    private static byte[] bytes(ReadableTensor tensor) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.info().byteSize()));
        tensor.read(bytes);
        return bytes.array();
    }
}
