package io.github.bert4j.task;

import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.graph.Tensor;

/** What tasks that point at one of a text's tokens are made of. */
public final class Pointer {
    /** Taken off the logit of a token that is ruled out; its probability so becomes 0, and never a NaN. */
    private static final double NEVER = 1e10;

    private Pointer() {}

    /** A new dense layer without bias, which would move all logits alike: [batch, length, hidden] → [batch, length]. */
    public static Tensor logits(Tensor x) {
        return dense(1).withoutBias().apply(x).squeeze(2);
    }

    /** Rules out the tokens that the mask marks with 1; both are [batch, length], and so is the result. */
    public static Tensor without(Tensor mask, Tensor logits) {
        return logits.minus(mask.times(NEVER));
    }
}
