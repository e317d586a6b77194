package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.DropoutOp;
import java.util.List;

/** Sets a fraction of the elements to 0 while training and scales the others up; any shape, unchanged. */
public final class Dropout extends Layer {
    private final float rate;

    /** @param rate the fraction dropped, at least 0 and below 1 */
    public Dropout(float rate) {
        super("dropout");
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Dropout rate " + rate + ": expected at least 0 and below 1");
        }
        this.rate = rate;
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        requireInputs(inputs, 1);
        Tensor x = inputs.get(0);
        graph().note(name() + ": rate", rate);
        return Tensor.of(graph(), new DropoutOp(rate, graph().nextDropout(), x.variable()).output(), x.shape());
    }
}
