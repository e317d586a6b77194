package io.github.bert4j.layers;

import io.github.bert4j.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The mean of a sequence's vectors without padding: [batch, length, width] and tokens or a mask [batch, length] → [batch,
 * width]; 0 of a sequence that is padding alone.
 *
 * <pre>{@code
 * var x = averagePooling().apply(bert.apply(tokens), tokens); // [batch, hidden]
 * }</pre>
 */
public final class AveragePooling extends SequenceLayer {
    public AveragePooling() {
        super("average_pooling");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        Optional<Tensor> mask = mask(inputs);
        if (mask.isEmpty()) {
            return x.mean(1);
        }
        Tensor real = mask.get().notEqualTo(0);
        Tensor sum = x.times(real.expandDims(2)).sum(1);
        return sum.divide(atLeastOne(real.sum(1)).expandDims(1));
    }

    /** Counts are 0 or more: 0 becomes 1. */
    private static Tensor atLeastOne(Tensor count) {
        return count.plus(count.equalTo(0));
    }
}
