package io.github.bert4j.kernels;

/**
 * Turns pairs of a vector's numbers by angles in proportion to its place, so that inner products depend on distances only.
 *
 * <p>Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", section 3.2.2. Pair k turns by place
 * · base^(−2k / size).
 */
public final class Rotation {
    private final int size;
    private final Pairs pairs;
    private final double base;
    /** Cosines of all pairs of a place, then sines, place by place. */
    private float[] table = {};

    /** Which two numbers are a pair. */
    public enum Pairs {
        /** 2k and 2k + 1: RoFormer. */
        NEIGHBOURS,
        /** k and k + size / 2: ModernBERT. */
        HALVES
    }

    /** @param size of a head, even */
    public Rotation(int size, Pairs pairs, double base) {
        if (size % 2 != 0) {
            throw new IllegalArgumentException(
                    "Heads of %d numbers have no pairs: expected an even size".formatted(size));
        }
        this.size = size;
        this.pairs = pairs;
        this.base = base;
    }

    public int size() {
        return size;
    }

    public Pairs pairs() {
        return pairs;
    }

    public double base() {
        return base;
    }

    /** For each place from 0: the cosines of all pairs, then their sines. */
    synchronized float[] table(int places) {
        if (table.length < places * size) {
            float[] longer = new float[places * size];
            for (int i = 0; i < longer.length; i++) {
                int half = size / 2;
                double angle = i / size * Math.pow(base, -2.0 * (i % half) / size);
                longer[i] = (float) (i % size < half ? Math.cos(angle) : Math.sin(angle));
            }
            table = longer;
        }
        return table;
    }

    /**
     * Turns the heads of one row in place.
     *
     * @param row all heads of it
     * @param angles see {@link #table}
     * @param back the other way round, as the gradient does
     */
    public void turn(float[] row, float[] angles, int place, boolean back) {
        int half = size / 2;
        int cosine = place * size;
        int sine = cosine + half;
        float sign = back ? -1 : 1;
        int step = pairs == Pairs.NEIGHBOURS ? 2 : 1;
        int apart = pairs == Pairs.NEIGHBOURS ? 1 : half;
        for (int head = 0; head < row.length; head += size) {
            for (int k = 0; k < half; k++) {
                int first = head + k * step;
                float a = row[first];
                float b = row[first + apart];
                float c = angles[cosine + k];
                float s = sign * angles[sine + k];
                row[first] = a * c - b * s;
                row[first + apart] = b * c + a * s;
            }
        }
    }

    /** The angles' table up to the farthest of these places. */
    public float[] angles(int[] places) {
        int farthest = 0;
        for (int place : places) {
            farthest = Math.max(farthest, place);
        }
        return table(farthest + 1);
    }
}
