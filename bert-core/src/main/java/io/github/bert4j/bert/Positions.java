package io.github.bert4j.bert;

import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Rotation;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How an encoder knows where in its sequence a token stands. */
public sealed interface Positions {
    /** BERT's: a learned vector for each position, from 0. */
    Positions BERT = new Table(0, 0);

    /**
     * A learned vector for each position, added to the embeddings.
     *
     * @param first position of a sequence's first token; RoBERTa's is 2, as the ones below are for padding
     * @param buckets of distances for which attention learns a bias besides, as MPNet does; 0 for none
     */
    record Table(int first, int buckets) implements Positions {
        public Table {
            if (first < 0 || buckets != 0 && buckets < Relation.Bias.BUCKETS) {
                throw new IllegalArgumentException(
                        "A first position of %d and %d buckets of distances: expected 0 or more, and none or at least %d"
                                .formatted(first, buckets, Relation.Bias.BUCKETS));
            }
        }
    }

    /**
     * Queries and keys are turned by their places, see {@link Rotation}.
     *
     * @param pairs which numbers turn together
     * @param values whether values are turned as well
     * @param base of the angles
     * @param windows of layers that see what is near only; empty for none
     */
    record Rotary(Rotation.Pairs pairs, boolean values, double base, Optional<Windows> windows) implements Positions {}

    /**
     * Layers in which a token attends to those near it only.
     *
     * @param reach the largest distance
     * @param base of their angles
     * @param layers their numbers, from 0
     */
    record Windows(int reach, double base, List<Integer> layers) {
        private Windows of(List<Integer> kept) {
            return new Windows(
                    reach,
                    base,
                    IntStream.range(0, kept.size())
                            .filter(i -> layers.contains(kept.get(i)))
                            .boxed()
                            .toList());
        }
    }

    /** The same for a model that has these layers alone, numbered anew. */
    default Positions of(List<Integer> layers) {
        return this instanceof Rotary rotary
                ? new Rotary(
                        rotary.pairs(),
                        rotary.values(),
                        rotary.base(),
                        rotary.windows().map(windows -> windows.of(layers)))
                : this;
    }

    /**
     * Constant vectors of distances are added to keys and values, as NEZHA does.
     *
     * @param farthest distance that has a vector of its own
     */
    record Distances(int farthest) implements Positions {
        public Distances {
            if (farthest < 1) {
                throw new IllegalArgumentException(
                        "max_relative_position is %d, expected at least 1".formatted(farthest));
            }
        }
    }

    /** Position of a sequence's first token. */
    default int first() {
        return this instanceof Table table ? table.first() : 0;
    }
}
