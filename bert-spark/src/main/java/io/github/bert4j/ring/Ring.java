package io.github.bert4j.ring;

import io.github.bert4j.train.AllReduce;

/**
 * Adds up by passing parts of the values around a ring: first each worker comes to have one part of the sums, then all get
 * all parts. Each sends {@code 2 (n - 1) / n} times the values, whatever the number of workers.
 *
 * <p>Every part is added up in one order, by way of all workers, so that all of them have the same bits.
 *
 * <p>Source: Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", section 3.
 */
abstract class Ring implements AllReduce {
    private final int rank;
    private final int workers;

    Ring(int rank, int workers) {
        if (rank < 0 || rank >= workers) {
            throw new IllegalArgumentException("Worker %d of %d: expected numbers from 0 on".formatted(rank, workers));
        }
        this.rank = rank;
        this.workers = workers;
    }

    @Override
    public final int rank() {
        return rank;
    }

    @Override
    public final int workers() {
        return workers;
    }

    @Override
    public final void sum(float[] values) {
        if (workers == 1) {
            return;
        }
        float[] received = new float[values.length / workers + 1];
        for (int step = 0; step < workers - 1; step++) {
            int sent = part(rank - step);
            int got = part(rank - step - 1);
            exchange(values, start(sent, values), length(sent, values), received, length(got, values));
            int start = start(got, values);
            for (int i = 0; i < length(got, values); i++) {
                values[start + i] += received[i];
            }
        }
        for (int step = 0; step < workers - 1; step++) {
            int sent = part(rank - step + 1);
            int got = part(rank - step);
            exchange(values, start(sent, values), length(sent, values), received, length(got, values));
            System.arraycopy(received, 0, values, start(got, values), length(got, values));
        }
    }

    /** Sends some values to the next worker, and takes some from the one before meanwhile. */
    abstract void exchange(float[] values, int start, int count, float[] received, int expected);

    private int part(int number) {
        return Math.floorMod(number, workers);
    }

    private int start(int part, float[] values) {
        return (int) ((long) part * values.length / workers);
    }

    private int length(int part, float[] values) {
        return start(part + 1, values) - start(part, values);
    }
}
