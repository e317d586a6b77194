package io.github.bert4j.ops;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.internal.memory.AbstractMemoryMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps released float buffers and hands them out again, so that a step allocates nothing once its shapes are known:
 * fresh memory costs as much as the arithmetic of a training step.
 *
 * <p>Sizes are rounded up to an eighth of a power of two, so that batches of similar lengths share buffers.
 */
final class BufferPool extends AbstractMemoryMgr implements AutoCloseable {
    private static final int POOLED_FROM = 4096;

    private final Map<Long, ArrayDeque<DataBuffer>> free = new HashMap<>();

    /** Every buffer of this pool with the number of arrays in use that lie in it. */
    private final Map<DataBuffer, Integer> users = new IdentityHashMap<>();

    @Override
    public INDArray allocate(boolean detached, DataType type, long... shape) {
        long length = 1;
        for (long size : shape) {
            length *= size;
        }
        if (type != DataType.FLOAT || length < POOLED_FROM) {
            return Nd4j.createUninitialized(type, shape);
        }
        long capacity = roundUp(length);
        ArrayDeque<DataBuffer> candidates = free.get(capacity);
        DataBuffer buffer = candidates == null ? null : candidates.pollFirst();
        if (buffer == null) {
            buffer = Nd4j.createUninitialized(DataType.FLOAT, capacity).data();
            users.put(buffer, 0);
        }
        return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', DataType.FLOAT);
    }

    @Override
    public INDArray allocate(boolean detached, LongShapeDescriptor descriptor) {
        return descriptor.isEmpty()
                ? Nd4j.create(descriptor)
                : allocate(detached, descriptor.dataType(), descriptor.getShape());
    }

    /** Counts an array that is in use; two arrays may share a buffer, since some stock ops hand an input on or view it. */
    void retain(INDArray array) {
        users.computeIfPresent(bufferOf(array), (buffer, count) -> count + 1);
    }

    /** Takes a buffer back once each of its arrays has been released. */
    @Override
    public void release(INDArray array) {
        DataBuffer buffer = bufferOf(array);
        Integer left = users.computeIfPresent(buffer, (same, count) -> count - 1);
        if (left != null && left == 0) {
            free.computeIfAbsent(buffer.length(), size -> new ArrayDeque<>()).addFirst(buffer);
        }
    }

    /** Number of buffers ever made. */
    int size() {
        return users.size();
    }

    /** Frees all memory, buffers still in use included. */
    @Override
    public void close() {
        users.keySet().forEach(DataBuffer::close);
        users.clear();
        free.clear();
    }

    private static DataBuffer bufferOf(INDArray array) {
        DataBuffer buffer = array.data();
        return buffer == null || buffer.originalDataBuffer() == null ? buffer : buffer.originalDataBuffer();
    }

    private static long roundUp(long length) {
        long step = Math.max(1, Long.highestOneBit(length) >> 3);
        return (length + step - 1) / step * step;
    }
}
