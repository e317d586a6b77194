package io.github.bert4j.bert;

import io.github.bert4j.ops.DenseOp;
import org.nd4j.autodiff.samediff.SDVariable;

/** A dense layer with the activation that a configuration names. */
final class ActivatedDense {
    private ActivatedDense() {}

    static SDVariable of(BertConfig config, SDVariable x, SDVariable kernel, SDVariable bias) {
        return activated(config, dense(config, x, kernel, bias));
    }

    /** As {@link #of}, of an encoder; see {@link DenseOp#coarse}. */
    static SDVariable coarse(BertConfig config, SDVariable x, SDVariable kernel, SDVariable bias) {
        return activated(config, dense(config, x, kernel, bias).coarse());
    }

    private static DenseOp dense(BertConfig config, SDVariable... inputKernelBias) {
        return switch (config.hiddenActivation()) {
            case GELU -> new DenseOp(config.gelu(), inputKernelBias);
            case RELU -> new DenseOp(inputKernelBias);
        };
    }

    private static SDVariable activated(BertConfig config, DenseOp dense) {
        SDVariable x = dense.output();
        return switch (config.hiddenActivation()) {
            case GELU -> x;
            case RELU -> x.getSameDiff().nn().relu(x, 0);
        };
    }
}
