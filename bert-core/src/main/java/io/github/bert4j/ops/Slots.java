package io.github.bert4j.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Which array gets which part of a pool: numbers alone, so that what a run would need can be told without its memory.
 *
 * <p>Every run of a plan asks for the same arrays in the same order, in sizes that follow the batch. So each of them gets
 * the slot that it had in the plan's first run, and a slot grows when it is too small: the pool ends up with what the
 * largest batch needs, in whatever order the batches come.
 */
class Slots {
    /** How many times as large as asked for a slot may be that is chosen in a plan's first run, or the other way round. */
    private static final int TOLERATED = 2;

    /** Room for one array at a time, or for several that share its memory. */
    static final class Slot {
        private long length;
        private long room;
        private boolean taken;
        private int users;

        /** Number of floats that its buffer must have room for: the largest array so far, and room to grow. */
        long room() {
            return room;
        }

        boolean isTaken() {
            return taken;
        }
    }

    /** By the plan that asks, in the order in which it does. */
    private final Map<Plan, List<Slot>> chosen = new WeakHashMap<>();

    private final List<Slot> slots = new ArrayList<>();
    private List<Slot> current = new ArrayList<>();

    /** Tells whose arrays are taken slots for from now on. */
    void begin(Plan plan) {
        current = chosen.computeIfAbsent(plan, first -> new ArrayList<>());
        // What a stock op asked for and did not return has no user who could release it.
        slots.forEach(slot -> slot.taken = slot.users > 0);
    }

    /** The slot of the plan's array at this position, large enough; another one if results of an earlier run lie in it. */
    Slot take(int position, long length) {
        while (current.size() <= position) {
            current.add(null);
        }
        Slot slot = current.get(position);
        if (slot == null || slot.taken) {
            slot = idle(length);
            current.set(position, slot);
        }
        slot.length = Math.max(slot.length, length);
        if (slot.room < length) {
            slot.room = roundUp(length);
        }
        slot.taken = true;
        return slot;
    }

    /** Counts an array in a slot. */
    void retain(Slot slot) {
        slot.users++;
    }

    /** Takes a slot back once each of its arrays has been released. */
    void release(Slot slot) {
        slot.users--;
        slot.taken = slot.users > 0;
    }

    /** Forgets all slots. */
    void clear() {
        chosen.clear();
        slots.clear();
        current = new ArrayList<>();
    }

    /** Number of floats that were ever used of all slots; room to grow is only address space until then. */
    long used() {
        return slots.stream().mapToLong(slot -> slot.length).sum();
    }

    /** The best idle slot: the smallest that is large enough, else the largest, if it is not much smaller; else a new one. */
    private Slot idle(long length) {
        Slot best = null;
        for (Slot slot : slots) {
            if (!slot.taken
                    && slot.length <= length * TOLERATED
                    && slot.length * TOLERATED >= length
                    && (best == null || isBetter(slot.length, best.length, length))) {
                best = slot;
            }
        }
        if (best == null) {
            best = new Slot();
            slots.add(best);
        }
        return best;
    }

    private static boolean isBetter(long size, long other, long length) {
        return other < length ? size > other : size >= length && size < other;
    }

    /** By up to a half: each buffer that is replaced leaves a hole in the heap of the C library. */
    private static long roundUp(long length) {
        long step = Math.max(1, Long.highestOneBit(length) >> 1);
        return (length + step - 1) / step * step;
    }
}
