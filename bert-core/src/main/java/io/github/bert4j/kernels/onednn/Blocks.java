package io.github.bert4j.kernels.onednn;

/**
 * How something is cut into blocks of the same size, of which the last may be smaller.
 *
 * @param whole size of all
 * @param size of a block
 */
record Blocks(long whole, long size) {
    private static final int MOST_PER_THREAD = 4;

    /** Of which vector instructions do all. */
    private static final long MULTIPLE = 16;

    int count() {
        return Math.toIntExact((whole + size - 1) / size);
    }

    long start(int number) {
        return number * size;
    }

    long sizeOf(int number) {
        return Math.min(size, whole - start(number));
    }

    /** Uncut. */
    static Blocks one(long whole) {
        return new Blocks(whole, Math.max(1, whole));
    }

    /**
     * As many blocks as threads, or some times as many where there is enough for that, so that a thread that is held up leaves some
     * to the others; all of nearly the same size.
     *
     * @param least size that is worth a block
     */
    static Blocks forThreads(int threads, long least, long whole) {
        long each = Math.min(MOST_PER_THREAD, Math.max(1, whole / (threads * least)));
        long size = (whole + threads * each - 1) / (threads * each);
        return new Blocks(whole, (size + MULTIPLE - 1) / MULTIPLE * MULTIPLE);
    }
}
