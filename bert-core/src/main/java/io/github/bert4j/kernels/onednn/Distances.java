package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Sequences;
import java.util.stream.IntStream;

/** A {@link Relation} with the table's row of every distance that a batch can have; shared by the tasks of one operation. */
final class Distances {
    private final Relation relation;
    private final int farthest;
    private final int[] rows;

    Distances(Relation relation) {
        this.relation = relation;
        this.farthest = relation.places() == null
                ? 0
                : IntStream.concat(
                                IntStream.of(relation.places().queries()),
                                IntStream.of(relation.places().keys()))
                        .max()
                        .orElse(0);
        this.rows =
                IntStream.rangeClosed(-farthest, farthest).map(relation::row).toArray();
    }

    Relation relation() {
        return relation;
    }

    /** How far a query sees; far enough for everything where there is no window. */
    int reach() {
        return relation instanceof Relation.Window window ? window.reach() : Integer.MAX_VALUE / 4;
    }

    /** How many keys of a sequence stand before a place, which is so far from a query. */
    int keysBefore(int query, int distance, Sequences keys, int sequence) {
        int place = relation.places().queries()[query] + distance;
        int count = 0;
        while (count < keys.length(sequence) && relation.places().keys()[keys.start(sequence) + count] < place) {
            count++;
        }
        return count;
    }

    /** The lowest row that any distance has. */
    int firstRow() {
        return rows[0];
    }

    /** How many rows there are from the lowest to the highest. */
    int rowCount() {
        return rows[rows.length - 1] - rows[0] + 1;
    }

    /** Writes the rows of a query's distances to some keys. */
    void rows(int query, int firstKey, int keys, int[] target) {
        int[] places = relation.places().keys();
        int own = relation.places().queries()[query] - farthest;
        for (int j = 0; j < keys; j++) {
            target[j] = rows[places[firstKey + j] - own];
        }
    }
}
