package io.github.bert4j.ops;

/**
 * A dropout mask that is a function of (seed, step, op, index): nothing is stored, the backward pass sees the same mask
 * as the forward pass, and a resumed run draws what the interrupted one would have drawn.
 *
 * <p>Kept values are scaled by {@code 1 / (1 - rate)} ("inverted dropout"), as in Keras and PyTorch. The bits come from
 * two rounds of MurmurHash3's finalizer over the index, keyed by the other three numbers.
 */
public final class DropoutMask {
    /** Keeps everything. */
    public static final DropoutMask NONE = new DropoutMask(0, 0, 0, 0);

    private static final int BITS = 24;

    private final int firstKey;
    private final int secondKey;
    private final int threshold;
    private final float rate;

    DropoutMask(long seed, long step, int salt, float rate) {
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
        int base = (int) index * 0x9E3779B9 + firstKey;
        int high = secondKey ^ (int) (index >>> 32);
        float scale = scale();
        for (int i = 0; i < count; i++) {
            int hash = base + i * 0x9E3779B9;
            hash ^= hash >>> 16;
            hash *= 0x85EBCA6B;
            hash ^= hash >>> 13;
            hash *= 0xC2B2AE35;
            hash ^= (hash >>> 16) ^ high;
            hash *= 0x85EBCA6B;
            hash ^= hash >>> 13;
            hash *= 0xC2B2AE35;
            hash ^= hash >>> 16;
            values[i] = hash >>> (32 - BITS) < threshold ? 0 : values[i] * scale;
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
