package io.github.bert4j.ops;

import io.github.bert4j.kernels.Places;
import io.github.bert4j.kernels.Relation;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which {@link Relation} an attention has; its places and table are inputs of the op.
 *
 * @param kind what distances do
 * @param reach of a window, else 0
 * @param inputs places of the queries [m] and of the keys [n], then the table where there is one
 */
public record RelationKind(Kind kind, int reach, List<SDVariable> inputs) {
    /** Distances do nothing. */
    public static final RelationKind NONE = new RelationKind(Kind.NONE, 0, List.of());

    /** What distances do. */
    public enum Kind {
        NONE,
        WINDOW,
        BIAS,
        VECTORS
    }

    public static RelationKind window(int reach, SDVariable queryPlaces, SDVariable keyPlaces) {
        return new RelationKind(Kind.WINDOW, reach, List.of(queryPlaces, keyPlaces));
    }

    /** @param table [buckets, heads] */
    public static RelationKind bias(SDVariable queryPlaces, SDVariable keyPlaces, SDVariable table) {
        return new RelationKind(Kind.BIAS, 0, List.of(queryPlaces, keyPlaces, table));
    }

    /** @param table [2 · farthest + 1, size], constant */
    public static RelationKind vectors(SDVariable queryPlaces, SDVariable keyPlaces, SDVariable table) {
        return new RelationKind(Kind.VECTORS, 0, List.of(queryPlaces, keyPlaces, table));
    }

    /** @param first number of the first of the inputs among those of the op */
    Relation of(INDArray[] all, int first) {
        if (kind == Kind.NONE) {
            return Relation.NONE;
        }
        Places places = new Places(GraphOp.ints(all[first]), GraphOp.ints(all[first + 1]));
        return switch (kind) {
            case NONE, WINDOW -> new Relation.Window(places, reach);
            case BIAS -> new Relation.Bias(places, all[first + 2]);
            case VECTORS -> new Relation.Vectors(places, all[first + 2]);
        };
    }
}
