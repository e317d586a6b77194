package io.github.bert4j.kernels;

import java.util.stream.IntStream;

/**
 * A dropout mask that is a function of (seed, step, op, index): nothing is stored, the backward pass sees the same mask
 * as the forward pass, and a resumed run draws what the interrupted one would have drawn.
 *
 * <p>Kept values are scaled by {@code 1 / (1 - rate)} ("inverted dropout"), as in Keras and PyTorch. The bits come from
 * two rounds of MurmurHash3's finalizer over the index, keyed by the other three numbers.
 */
public final class DropoutMask {
    private static final int BITS = 24;
    private static final int BLOCK = 1024;
    private static final int GOLDEN = 0x9E3779B9;
    private static final int[] MULTIPLES =
            IntStream.range(0, BLOCK).map(i -> i * GOLDEN).toArray();

    /** Keeps everything. */
    public static final DropoutMask NONE = new DropoutMask(0, 0, 0, 0);

    private final int firstKey;
    private final int secondKey;
    private final int threshold;
    private final float rate;

    public DropoutMask(long seed, long step, int salt, float rate) {
        long key = mix(mix(mix(seed) + step) + salt);
        this.firstKey = (int) key;
        this.secondKey = (int) (key >>> 32);
        this.threshold = Math.round(rate * (1 << BITS));
        this.rate = rate;
    }

    /** Whether nothing is dropped, so that the op may be skipped. */
    public boolean keepsAll() {
        return rate == 0;
    }

    /** The factor of kept values. */
    public float scale() {
        return 1 / (1 - rate);
    }

    /** Multiplies {@code values[0 … count)} by the mask's elements {@code index … index + count}. */
    public void apply(float[] values, int count, long index) {
        int[] factors = new int[Math.min(count, BLOCK)];
        for (int done = 0; done < count; ) {
            // No block crosses a multiple of its size, so all its indices have their upper 32 bits in common.
            int block = (int) Math.min(count - done, BLOCK - (index + done) % BLOCK);
            fill(factors, block, index + done);
            for (int i = 0; i < block; i++) {
                values[done + i] *= Float.intBitsToFloat(factors[i]);
            }
            done += block;
        }
    }

    /** The factors' bits. Without a branch and a use of the loop's counter this becomes vector instructions. */
    private void fill(int[] factors, int count, long index) {
        int base = (int) index * GOLDEN + firstKey;
        int high = secondKey ^ (int) (index >>> 32);
        int kept = Float.floatToRawIntBits(scale());
        for (int i = 0; i < count; i++) {
            int hash = base + MULTIPLES[i];
            hash ^= hash >>> 16;
            hash *= 0x85EBCA6B;
            hash ^= hash >>> 13;
            hash *= 0xC2B2AE35;
            hash ^= (hash >>> 16) ^ high;
            hash *= 0x85EBCA6B;
            hash ^= hash >>> 13;
            hash *= 0xC2B2AE35;
            hash ^= hash >>> 16;
            // All ones where the hash is below the threshold, else all zeros.
            int dropped = ((hash >>> (32 - BITS)) - threshold) >> 31;
            factors[i] = kept & ~dropped;
        }
    }

    /** SplitMix64's finalizer: every input bit reaches every output bit. */
    private static long mix(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
