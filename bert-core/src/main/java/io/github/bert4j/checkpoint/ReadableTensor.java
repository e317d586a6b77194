package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A tensor of numbers that can be read, wherever it comes from; see {@link TensorSource} for the two ways to. */
interface ReadableTensor {
    TensorInfo info();

    void read(ByteBuffer target) throws IOException;

    void stream(Consumer<ByteBuffer> consumer) throws IOException;
}
