package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory that the pool of a {@link Session} needs to run a plan, by batch size.
 *
 * <p>It is told from two runs, of one sample and of two: each array's size grows by the same number with each sample, unless
 * it holds something of every pair of samples, and arrays come and go in the same order. So the sizes of a larger batch are
 * known, and given slots as its run would give them.
 */
public final class PooledMemory {

    /**
     * An array that comes or goes.
     *
     * @param position of the array in the order in which the plan asks for them
     * @param length number of floats; {@link #GONE} for one that goes
     */
    private record Event(int position, long length) {}

    private static final long GONE = -1;

    private final List<Event> one;
    private final List<Event> two;

    private PooledMemory(List<Event> one, List<Event> two) {
        this.one = one;
        this.two = two;
    }

    /**
     * Runs a plan twice, in memory that is freed at once.
     *
     * @param one the inputs of a batch of one sample
     * @param two those of a batch of two samples that are alike in length
     * @throws IllegalStateException if the two runs ask for different arrays: nothing can be told then
     */
    public static PooledMemory of(
            Plan plan, Kernels kernels, Step step, Map<String, INDArray> one, Map<String, INDArray> two) {
        List<Event> first = events(plan, kernels, step, one);
        List<Event> second = events(plan, kernels, step, two);
        if (!order(first).equals(order(second))) {
            throw new IllegalStateException(
                    "One sample and two are computed with different arrays, %d and %d events: expected those of one, but larger"
                            .formatted(first.size(), second.size()));
        }
        return new PooledMemory(first, second);
    }

    /** Bytes that a session's pool needs for batches of so many samples. */
    public long bytes(int batchSize) {
        Slots slots = new Slots();
        Map<Integer, Slots.Slot> taken = new HashMap<>();
        for (int i = 0; i < one.size(); i++) {
            int position = one.get(i).position();
            long ofOne = one.get(i).length();
            long length = ofOne + (batchSize - 1) * (two.get(i).length() - ofOne);
            if (ofOne != GONE && length >= BufferPool.POOLED_FROM) {
                Slots.Slot slot = slots.take(position, length);
                slots.retain(slot);
                taken.put(position, slot);
            } else if (ofOne == GONE && taken.containsKey(position)) {
                slots.release(taken.remove(position));
            }
        }
        return slots.used() * Float.BYTES;
    }

    private static List<Event> events(Plan plan, Kernels kernels, Step step, Map<String, INDArray> inputs) {
        RecordedSlots slots = new RecordedSlots();
        try (Session session = new Session(plan.graph(), kernels, new BufferPool(slots, 1))) {
            session.run(plan, inputs, step).close();
            return slots.events;
        }
    }

    private static List<Integer> order(List<Event> events) {
        return events.stream()
                .map(event -> event.length() == GONE ? ~event.position() : event.position())
                .toList();
    }

    private static final class RecordedSlots extends Slots {
        private final List<Event> events = new ArrayList<>();
        private final Map<Slot, Integer> positions = new HashMap<>();

        @Override
        Slot take(int position, long length) {
            Slot slot = super.take(position, length);
            positions.put(slot, position);
            events.add(new Event(position, length));
            return slot;
        }

        @Override
        void release(Slot slot) {
            super.release(slot);
            if (!slot.isTaken()) {
                events.add(new Event(positions.get(slot), GONE));
            }
        }
    }
}
