package io.github.bert4j.ops;

import io.github.bert4j.kernels.DropoutMask;

/**
 * What one run of a graph is for: the phase, and the numbers its dropout masks depend on.
 *
 * @param training whether dropout is on
 * @param seed the graph's seed
 * @param number the training step, from 0; two steps draw different masks
 */
public record Step(boolean training, long seed, long number) {
    private static final Step INFERENCE = new Step(false, 0, 0);

    /** A run without dropout. */
    public static Step inference() {
        return INFERENCE;
    }

    /** The dropout mask of one op in this run; one that keeps everything outside training. */
    public DropoutMask mask(int salt, float rate) {
        return training && rate > 0 ? new DropoutMask(seed, number, salt, rate) : DropoutMask.NONE;
    }
}
