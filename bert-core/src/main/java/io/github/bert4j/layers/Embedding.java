package io.github.bert4j.layers;

import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Limit;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.EmbeddingOp;
import java.util.List;

/** A learned vector per id: int32 ids of any shape → that shape with {@code size} appended. Weight: embeddings [count, size]. */
public final class Embedding extends Layer {
    private static final double DEVIATION = 0.02;

    private final int count;
    private final int size;
    private Weight embeddings;

    /**
     * @param count the number of ids
     * @param size the length of each vector
     */
    public Embedding(int count, int size) {
        super("embedding");
        this.count = count;
        this.size = size;
    }

    @Override
    protected void build(List<Tensor> inputs) {
        embeddings = weight("embeddings", Shape.of(count, size), Initializer.truncatedNormal(DEVIATION));
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 1);
        Tensor ids = inputs.get(0);
        ids.limit(Limit.rows(count, embeddings.name()));
        return Tensor.of(
                graph(),
                new EmbeddingOp(ids.variable(), embeddings.variable()).output(),
                ids.shape().append(size));
    }
}
