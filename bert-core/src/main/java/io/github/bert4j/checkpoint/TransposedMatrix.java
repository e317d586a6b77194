package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** A matrix stored the other way round; it is turned in memory. */
record TransposedMatrix(ReadableTensor stored) implements ReadableTensor {
    @Override
    public TensorInfo info() {
        TensorInfo info = stored.info();
        return new TensorInfo(
                info.name(),
                info.type(),
                List.of(info.shape().get(1), info.shape().get(0)));
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        ByteBuffer source = ByteBuffer.allocate(Math.toIntExact(info().byteSize()));
        stored.read(source);
        target.put(transposed(source.array()));
    }

    @Override
    public void stream(Consumer<ByteBuffer> consumer) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(info().byteSize()));
        read(all);
        consumer.accept(all.flip().order(ByteOrder.LITTLE_ENDIAN));
    }

    private byte[] transposed(byte[] source) {
        int size = info().type().byteSize();
        int rows = Math.toIntExact(info().shape().get(0));
        int columns = Math.toIntExact(info().shape().get(1));
        byte[] target = new byte[source.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                System.arraycopy(source, (column * rows + row) * size, target, (row * columns + column) * size, size);
            }
        }
        return target;
    }
}
