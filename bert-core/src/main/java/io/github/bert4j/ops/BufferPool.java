package io.github.bert4j.ops;

import io.github.bert4j.kernels.NativeMemory;
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
 * fresh memory costs as much as the arithmetic of a training step. {@link Slots} tell which array gets which buffer.
 */
final class BufferPool extends AbstractMemoryMgr implements AutoCloseable {
    /** Floats of the smallest array that is worth it. */
    static final int POOLED_FROM = 4096;

    private final Slots slots;
    private final int pooledFrom;
    private final Map<Slots.Slot, DataBuffer> buffers = new HashMap<>();
    private final Map<DataBuffer, Slots.Slot> byBuffer = new IdentityHashMap<>();
    /** Number of arrays in use by buffer that has no slot: it is freed, not left to the garbage collector, which comes late. */
    private final Map<DataBuffer, Integer> loose = new IdentityHashMap<>();

    private int asked;
    private int made;

    BufferPool() {
        this(new Slots(), POOLED_FROM);
    }

    /** @param pooledFrom floats of the smallest array that gets a slot */
    BufferPool(Slots slots, int pooledFrom) {
        this.slots = slots;
        this.pooledFrom = pooledFrom;
    }

    /** Tells whose arrays are asked for from now on. */
    void begin(Plan plan) {
        slots.begin(plan);
        freeLoose(0);
        asked = 0;
    }

    @Override
    public INDArray allocate(boolean detached, DataType type, long... shape) {
        int position = asked++;
        long length = 1;
        for (long size : shape) {
            length *= size;
        }
        if (type != DataType.FLOAT || length < pooledFrom) {
            INDArray array = NativeMemory.allocate(() -> Nd4j.createUninitialized(type, shape));
            loose.put(bufferOf(array), 0);
            return array;
        }
        DataBuffer buffer = buffer(slots.take(position, length));
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
        DataBuffer buffer = bufferOf(array);
        Slots.Slot slot = byBuffer.get(buffer);
        if (slot != null) {
            slots.retain(slot);
        }
        loose.computeIfPresent(buffer, (same, users) -> users + 1);
    }

    /** Takes a buffer back once each of its arrays has been released. */
    @Override
    public void release(INDArray array) {
        DataBuffer buffer = bufferOf(array);
        Slots.Slot slot = byBuffer.get(buffer);
        if (slot != null) {
            slots.release(slot);
        }
        Integer left = loose.computeIfPresent(buffer, (same, users) -> users - 1);
        if (left != null && left == 0) {
            loose.remove(buffer);
            buffer.close();
        }
    }

    /** Number of buffers ever made. */
    int made() {
        return made;
    }

    /** Number of floats that were ever used of all buffers. */
    long used() {
        return slots.used();
    }

    /** Frees all memory, buffers still in use included. */
    @Override
    public void close() {
        buffers.values().forEach(DataBuffer::close);
        freeLoose(Integer.MAX_VALUE);
        buffers.clear();
        byBuffer.clear();
        slots.clear();
    }

    private void freeLoose(int mostUsers) {
        loose.entrySet().removeIf(entry -> {
            boolean free = entry.getValue() <= mostUsers;
            if (free) {
                entry.getKey().close();
            }
            return free;
        });
    }

    private static DataBuffer bufferOf(INDArray array) {
        DataBuffer buffer = array.data();
        return buffer == null || buffer.originalDataBuffer() == null ? buffer : buffer.originalDataBuffer();
    }

    /** The buffer of a slot; a new one if it has grown. */
    private DataBuffer buffer(Slots.Slot slot) {
        DataBuffer buffer = buffers.get(slot);
        if (buffer != null && buffer.length() >= slot.room()) {
            return buffer;
        }
        if (buffer != null) {
            buffers.remove(slot);
            byBuffer.remove(buffer);
            buffer.close();
        }
        DataBuffer larger = NativeMemory.allocate(() -> Nd4j.createUninitialized(DataType.FLOAT, slot.room()))
                .data();
        buffers.put(slot, larger);
        byBuffer.put(larger, slot);
        made++;
        return larger;
    }
}
