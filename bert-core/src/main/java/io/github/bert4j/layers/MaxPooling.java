package io.github.bert4j.layers;

import io.github.bert4j.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The largest number of a sequence's vectors in each place, without padding: [batch, length, width] and tokens or a mask
 * [batch, length] → [batch, width].
 *
 * <pre>{@code
 * var x = maxPooling().apply(bert.apply(tokens), tokens); // [batch, hidden]
 * }</pre>
 */
public final class MaxPooling extends SequenceLayer {
    /** Taken off the numbers of padding. */
    private static final double NEVER = 1e10;

    public MaxPooling() {
        super("max_pooling");
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        Optional<Tensor> mask = mask(inputs);
        Tensor out = mask.map(tokens -> x.minus(tokens.equalTo(0).expandDims(2).times(NEVER)))
                .orElse(x);
        return out.max(1);
    }
}
