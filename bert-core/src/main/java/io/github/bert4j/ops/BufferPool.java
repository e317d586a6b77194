package io.github.bert4j.ops;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
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
 * <p>A buffer may be larger than asked for, and is replaced when it is outgrown, so that batches of different lengths
 * share buffers: the pool holds about what the largest batch needs.
 */
final class BufferPool extends AbstractMemoryMgr implements AutoCloseable {
    private static final int POOLED_FROM = 4096;

    /** How many times as large as asked for a buffer may be. */
    private static final int TOLERATED = 2;

    private final NavigableMap<Long, ArrayDeque<DataBuffer>> free = new TreeMap<>();

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
        DataBuffer buffer = takeAtLeast(length);
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

    /** An idle buffer that fits, or a new one in place of an idle one that is a little too small. */
    private DataBuffer takeAtLeast(long length) {
        Map.Entry<Long, ArrayDeque<DataBuffer>> larger = free.ceilingEntry(length);
        if (larger != null && larger.getKey() <= length * TOLERATED) {
            return take(larger);
        }
        Map.Entry<Long, ArrayDeque<DataBuffer>> smaller = free.lowerEntry(length);
        if (smaller != null && smaller.getKey() * TOLERATED >= length) {
            DataBuffer outgrown = take(smaller);
            users.remove(outgrown);
            outgrown.close();
        }
        DataBuffer buffer =
                Nd4j.createUninitialized(DataType.FLOAT, roundUp(length)).data();
        users.put(buffer, 0);
        return buffer;
    }

    private DataBuffer take(Map.Entry<Long, ArrayDeque<DataBuffer>> sameSize) {
        DataBuffer buffer = sameSize.getValue().pop();
        if (sameSize.getValue().isEmpty()) {
            free.remove(sameSize.getKey());
        }
        return buffer;
    }

    private static long roundUp(long length) {
        long step = Math.max(1, Long.highestOneBit(length) >> 3);
        return (length + step - 1) / step * step;
    }
}
