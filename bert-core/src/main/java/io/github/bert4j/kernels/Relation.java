package io.github.bert4j.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How the distance between a query and a key bears on attention, beside what their vectors say. */
public sealed interface Relation {
    /** It does not: places are told by embeddings, or by a {@link Rotation}. */
    Relation NONE = new None();

    /** See {@link #NONE}. */
    record None() implements Relation {
        @Override
        public int row(int distance) {
            return 0;
        }
    }

    /**
     * A query attends to keys near it only.
     *
     * @param reach the largest distance
     */
    record Window(Places places, int reach) implements Relation {
        @Override
        public int row(int distance) {
            return Math.abs(distance) <= reach ? 0 : -1;
        }
    }

    /**
     * A learned number is added to each score.
     *
     * @param table [buckets, heads]
     */
    record Bias(Places places, INDArray table) implements Relation {
        /** Rows that are used of a table, which may have more. */
        public static final int BUCKETS = 32;

        private static final int FARTHEST = 128;

        @Override
        public int row(int distance) {
            return bucket(distance);
        }

        /**
         * The bucket of a distance: near ones have their own, far ones share on a logarithmic scale up to 128.
         *
         * <p>Source: {@code relative_position_bucket} of MPNet and T5, Raffel et al., "Exploring the Limits of Transfer
         * Learning", section 2.1.
         *
         * @param distance the key's place less the query's
         * @return 0 to 31, of which the upper half is for keys that stand behind the query
         */
        public static int bucket(int distance) {
            int side = BUCKETS / 2;
            int own = side / 2;
            int length = Math.abs(distance);
            int shared = own;
            if (length >= own) {
                double scale = Math.log((double) length / own) / Math.log((double) FARTHEST / own);
                shared = Math.min(side - 1, own + (int) (scale * (side - own) + 1e-6)); // 16 is exactly two steps
            }
            return (distance > 0 ? side : 0) + (length < own ? length : shared);
        }
    }

    /**
     * A vector of the distance is added to each key and to each value.
     *
     * <p>Source: Shaw et al., "Self-Attention with Relative Position Representations"; with constant vectors Wei et al.,
     * "NEZHA: Neural Contextualized Representation for Chinese Language Understanding", section 3.1.
     *
     * @param table [2 · farthest + 1, size of a head]; the middle row is that of distance 0
     */
    record Vectors(Places places, INDArray table) implements Relation {
        @Override
        public int row(int distance) {
            int farthest = (int) table.size(0) / 2;
            return farthest + Math.max(-farthest, Math.min(farthest, distance));
        }
    }

    /** Where queries and keys stand; null where that does not matter. */
    default Places places() {
        return null;
    }

    /** The table's row for a distance; a window's is 0 inside and −1 outside. */
    int row(int distance);
}
