package io.github.bert4j.ops;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
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
 * <p>Every run of a plan asks for the same arrays in the same order, in sizes that follow the batch. So each of them gets
 * the slot that it had in the plan's first run, and a slot's buffer is replaced when it is outgrown: the pool ends up
 * with what the largest batch needs, in whatever order the batches come.
 */
final class BufferPool extends AbstractMemoryMgr implements AutoCloseable {
    private static final int POOLED_FROM = 4096;

    /** How many times as large as asked for a slot may be that is chosen in a plan's first run, or the other way round. */
    private static final int TOLERATED = 2;

    /** By the plan that asks, in the order in which it does. */
    private final Map<Plan, List<Slot>> chosen = new WeakHashMap<>();

    private final List<Slot> slots = new ArrayList<>();
    private final Map<DataBuffer, Slot> byBuffer = new IdentityHashMap<>();
    private List<Slot> current = new ArrayList<>();
    private int asked;
    private int made;

    /** Room for one array at a time, or for several that share its memory. */
    private static final class Slot {
        private DataBuffer buffer;
        private boolean taken;
        private int users;
    }

    /** Tells whose arrays are asked for from now on. */
    void begin(Plan plan) {
        current = chosen.computeIfAbsent(plan, first -> new ArrayList<>());
        asked = 0;
        // What a stock op asked for and did not return has no user who could release it.
        slots.forEach(slot -> slot.taken = slot.users > 0);
    }

    @Override
    public INDArray allocate(boolean detached, DataType type, long... shape) {
        int position = asked++;
        long length = 1;
        for (long size : shape) {
            length *= size;
        }
        if (type != DataType.FLOAT || length < POOLED_FROM) {
            return Nd4j.createUninitialized(type, shape);
        }
        DataBuffer buffer = slot(position, length).buffer;
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
        Slot slot = byBuffer.get(bufferOf(array));
        if (slot != null) {
            slot.users++;
        }
    }

    /** Takes a buffer back once each of its arrays has been released. */
    @Override
    public void release(INDArray array) {
        Slot slot = byBuffer.get(bufferOf(array));
        if (slot != null) {
            slot.users--;
            slot.taken = slot.users > 0;
        }
    }

    /** Number of buffers ever made. */
    int made() {
        return made;
    }

    /** Number of floats that all buffers have room for. */
    long room() {
        return slots.stream().mapToLong(slot -> slot.buffer.length()).sum();
    }

    /** Frees all memory, buffers still in use included. */
    @Override
    public void close() {
        slots.forEach(slot -> slot.buffer.close());
        slots.clear();
        byBuffer.clear();
        chosen.clear();
        current = new ArrayList<>();
    }

    private static DataBuffer bufferOf(INDArray array) {
        DataBuffer buffer = array.data();
        return buffer == null || buffer.originalDataBuffer() == null ? buffer : buffer.originalDataBuffer();
    }

    /** The slot of the plan's array at this position, large enough; another one if results of an earlier run lie in it. */
    private Slot slot(int position, long length) {
        while (current.size() <= position) {
            current.add(null);
        }
        Slot slot = current.get(position);
        if (slot == null || slot.taken) {
            slot = idle(length);
            current.set(position, slot);
        }
        if (slot.buffer == null) {
            slots.add(slot);
            fill(slot, length);
        } else if (slot.buffer.length() < length) {
            byBuffer.remove(slot.buffer);
            slot.buffer.close();
            fill(slot, length);
        }
        slot.taken = true;
        return slot;
    }

    /** The best idle slot: the smallest that is large enough, else the largest, if it is not much smaller; else a new one. */
    private Slot idle(long length) {
        Slot best = null;
        for (Slot slot : slots) {
            long size = slot.buffer.length();
            if (!slot.taken
                    && size <= length * TOLERATED
                    && size * TOLERATED >= length
                    && (best == null || isBetter(size, best.buffer.length(), length))) {
                best = slot;
            }
        }
        return best == null ? new Slot() : best;
    }

    private static boolean isBetter(long size, long other, long length) {
        return other < length ? size > other : size >= length && size < other;
    }

    private void fill(Slot slot, long length) {
        slot.buffer = Nd4j.createUninitialized(DataType.FLOAT, roundUp(length)).data();
        byBuffer.put(slot.buffer, slot);
        made++;
    }

    private static long roundUp(long length) {
        long step = Math.max(1, Long.highestOneBit(length) >> 3);
        return (length + step - 1) / step * step;
    }
}
