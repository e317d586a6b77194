package io.github.bert4j.ops;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long each kind of op took in the runs of a graph since profiling began; several threads may add to it. */
public final class Profile {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * The runs of all ops of one kind.
     *
     * @param op its name; a backward op has one of its own
     * @param calls how often it ran
     * @param nanoseconds by the clock, summed over the calls
     */
    public record Entry(String op, long calls, long nanoseconds) {
        private Entry plus(Entry other) {
            return new Entry(op, calls + other.calls, nanoseconds + other.nanoseconds);
        }
    }

    /** All kinds of ops that ran, the most expensive first. */
    public List<Entry> entries() {
        return entries.values().stream()
                .sorted(Comparator.comparingLong(Entry::nanoseconds).reversed())
                .toList();
    }

    /** A table of the entries: milliseconds, share of the sum, calls, op. */
    @Override
    public String toString() {
        long total = entries.values().stream().mapToLong(Entry::nanoseconds).sum();
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, "%12s %7s %9s  %s%n", "ms", "share", "calls", "op"));
        for (Entry entry : entries()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%12.1f %6.1f%% %9d  %s%n",
                    entry.nanoseconds() / 1e6,
                    100.0 * entry.nanoseconds() / total,
                    entry.calls(),
                    entry.op()));
        }
        return table.toString();
    }

    /** Counts something that began at this value of {@link System#nanoTime} and ends now. */
    public void add(String op, long start) {
        entries.merge(op, new Entry(op, 1, System.nanoTime() - start), Entry::plus);
    }
}
