package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import java.util.List;

/**
 * The inner product of two tensors' vectors, [… , width] both → [… , 1]; of vectors made one long, it is the cosine of the
 * angle between them.
 *
 * <pre>{@code
 * var similarity = cosine().apply(u, v); // [batch, 1]
 * }</pre>
 */
public final class Dot extends Layer {
    private final Vectors vectors;

    /** How vectors are taken. */
    public enum Vectors {
        AS_THEY_ARE,
        /** Divided by their length; one of zeros stays so. */
        NORMALIZED
    }

    public Dot(Vectors vectors) {
        super("dot");
        this.vectors = vectors;
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 2);
        Tensor a = inputs.get(0);
        Tensor b = inputs.get(1);
        return switch (vectors) {
            case AS_THEY_ARE -> a.times(b).sum(-1).expandDims(-1);
            case NORMALIZED -> a.cosine(b).expandDims(-1);
        };
    }
}
