package io.github.bert4j.bert;

import io.github.bert4j.ops.DenseOp;
import org.nd4j.autodiff.samediff.SDVariable;

/** A dense layer with the activation that a configuration names. */
final class ActivatedDense {
    private ActivatedDense() {}

    static SDVariable of(BertConfig config, SDVariable x, SDVariable kernel, SDVariable bias) {
        return switch (config.hiddenActivation()) {
            case GELU -> new DenseOp(config.gelu(), x, kernel, bias).output();
            case RELU -> x.getSameDiff().nn().relu(new DenseOp(x, kernel, bias).output(), 0);
        };
    }
}
