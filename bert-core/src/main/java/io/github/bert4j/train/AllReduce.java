package io.github.bert4j.train;

/**
 * One worker of several that add up numbers with each other. All of them make the same calls in the same order, and each
 * call returns when all have made it.
 */
public interface AllReduce {
    /** A worker without others. */
    AllReduce ALONE = new AllReduce() {
        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int workers() {
            return 1;
        }

        @Override
        public void sum(float[] values) {}

        @Override
        public void sum(double[] values) {}
    };

    /** This worker's number, from 0. */
    int rank();

    /** How many there are. */
    int workers();

    /**
     * Replaces each value by its sum over all workers: the same bits for every one of them.
     *
     * @param values as many as every other worker gives
     * @throws IllegalStateException if another worker is gone, or does not answer in time
     */
    void sum(float[] values);

    /** As {@link #sum(float[])}, in the precision of floats, for a few numbers. */
    default void sum(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        sum(floats);
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
    }
}
