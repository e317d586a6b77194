package io.github.bert4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** A tensor that was decoded when its file was opened. */
record InlineTensor(TensorInfo info, ByteBuffer bytes) implements ReadableTensor {
    @Override
    public void read(ByteBuffer target) {
        target.put(bytes.duplicate());
    }

    @Override
    public void stream(Consumer<ByteBuffer> consumer) {
        consumer.accept(bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
}
