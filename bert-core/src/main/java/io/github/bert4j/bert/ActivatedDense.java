package io.github.bert4j.bert;

import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.GeluOp;
import org.nd4j.autodiff.samediff.SDVariable;

/** A dense layer with the activation that a configuration names. */
final class ActivatedDense {
    private ActivatedDense() {}

    static SDVariable of(BertConfig config, SDVariable x, SDVariable kernel, SDVariable bias) {
        return fused(config, dense(config, x, kernel, bias));
    }

    /** As {@link #of}, of an encoder; see {@link DenseOp#coarse}. */
    static SDVariable coarse(BertConfig config, SDVariable x, SDVariable kernel, SDVariable bias) {
        return fused(config, dense(config, x, kernel, bias).coarse());
    }

    /** The activation of what a dense layer has made without it. */
    static SDVariable activated(BertConfig config, SDVariable x) {
        return switch (config.hiddenActivation()) {
            case GELU -> new GeluOp(config.gelu(), x).output();
            case RELU -> x.getSameDiff().nn().relu(x, 0);
        };
    }

    private static DenseOp dense(BertConfig config, SDVariable... inputKernelBias) {
        return switch (config.hiddenActivation()) {
            case GELU -> new DenseOp(config.gelu(), inputKernelBias);
            case RELU -> new DenseOp(inputKernelBias);
        };
    }

    private static SDVariable fused(BertConfig config, DenseOp dense) {
        return switch (config.hiddenActivation()) {
            case GELU -> dense.output();
            case RELU -> activated(config, dense.output());
        };
    }
}
