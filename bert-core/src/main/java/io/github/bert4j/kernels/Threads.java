package io.github.bert4j.kernels;

import org.nd4j.linalg.factory.Nd4j;

/**
 * How many threads one computation takes: in ND4J, OpenBLAS and the kernels of this library.
 *
 * <p>The setting is the process's, since ND4J's pools are: all graphs share it. Computations that run at a time take so
 * many threads each, so a server that answers several requests at once does best with few. oneDNN computes on these threads, and
 * begins none of its own where it and ND4J load the same OpenMP runtime, as they do on Linux. Where they do not, set
 * {@code OMP_NUM_THREADS=1} before the process starts.
 */
public final class Threads {
    private Threads() {}

    /**
     * Lets computations that start from now on take so many threads.
     *
     * @throws IllegalArgumentException if there are not so many; the most is what {@code OMP_NUM_THREADS} said when the
     *     process started, else the number of cores
     */
    public static void use(int count) {
        int most = Nd4j.getEnvironment().maxThreads();
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(
                    "%d threads cannot be used: expected 1 to %d, which is the number of cores, or OMP_NUM_THREADS where it was set when the process started"
                            .formatted(count, most));
        }
        Nd4j.getEnvironment().setMaxMasterThreads(count);
        Nd4j.factory().blas().setMaxThreads(count);
    }

    /** How many threads one computation takes; all there are, unless {@link #use} said otherwise. */
    public static int inUse() {
        return Nd4j.getEnvironment().maxMasterThreads();
    }
}
