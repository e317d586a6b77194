package io.github.bert4j.fuzz;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.TensorFlowCheckpoint;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Every value of a checkpoint, read in both ways that there are. */
final class Tensors {
    private Tensors() {}

    static void readAll(TensorSource source) throws IOException {
        for (TensorInfo info : source.tensors().values()) {
            if (info.type() != DataType.STRING) {
                // By stream first: it takes no memory, so a size that the file does not justify shows there.
                source.values(info.name(), value -> {});
                source.read(info.name(), ByteBuffer.allocate(Math.toIntExact(info.byteSize())));
            } else if (source instanceof TensorFlowCheckpoint checkpoint) {
                checkpoint.readStrings(info.name());
            }
        }
    }
}
