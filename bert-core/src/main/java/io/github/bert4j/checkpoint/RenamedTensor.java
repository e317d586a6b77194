package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A tensor under another name than its file gives it. */
record RenamedTensor(String name, ReadableTensor stored) implements ReadableTensor {
    @Override
    public TensorInfo info() {
        return new TensorInfo(name, stored.info().type(), stored.info().shape());
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        stored.read(target);
    }

    @Override
    public void stream(Consumer<ByteBuffer> consumer) throws IOException {
        stored.stream(consumer);
    }
}
