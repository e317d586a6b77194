package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.GatherOp;
import java.util.List;

/** Vectors at positions of a sequence: [batch, length, width] and int32 positions [batch, k] → [batch, k, width]. */
public final class Gather extends Layer {

    public Gather() {
        super("gather");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 2);
        Tensor sequence = inputs.get(0);
        Tensor positions = inputs.get(1);
        requireRank(sequence, 3, "[batch, length, width]");
        requireRank(positions, 2, "positions [batch, k]");
        return Tensor.of(
                graph(),
                new GatherOp(sequence.variable(), positions.variable()).output(),
                Shape.of(
                        sequence.shape().size(0),
                        positions.shape().size(1),
                        sequence.shape().size(2)));
    }
}
