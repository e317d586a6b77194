package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.Sequences;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head scaled dot-product attention on packed rows, with dropout of the probabilities: query [m, heads · size],
 * key and value [n, heads · size], where each sequence starts in both [batch + 1] → context [m, heads · size].
 *
 * <p>Padding takes no part: it is not among the rows, which equals the original's −10,000 on padded keys.
 *
 * <p>Source: Vaswani et al., "Attention Is All You Need", section 3.2; {@code attention_layer} in {@code modeling.py} of
 * google-research/bert.
 */
public final class AttentionOp extends GraphOp {
    private final int heads;
    private final float rate;
    private final int salt;

    /**
     * @param queryStarts where each sequence starts in the rows of {@code query}; all its queries see all its keys
     * @param keyStarts where each sequence starts in the rows of {@code key} and {@code value}
     */
    public AttentionOp(
            int heads,
            float rate,
            int salt,
            SDVariable query,
            SDVariable key,
            SDVariable value,
            SDVariable queryStarts,
            SDVariable keyStarts) {
        super(query, key, value, queryStarts, keyStarts);
        this.heads = heads;
        this.rate = rate;
        this.salt = salt;
    }

    /** The number of heads. */
    public int heads() {
        return heads;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {inputs[0].shape()};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        kernels.attention(
                inputs[0],
                inputs[1],
                inputs[2],
                new Sequences(ints(inputs[3])),
                new Sequences(ints(inputs[4])),
                heads,
                step.mask(salt, rate),
                outputs[0]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] gradients = new Gradient(this, outputGradients[0]).outputVariables();
        return new SDVariable[] {gradients[0], gradients[1], gradients[2], null, null};
    }

    private static final class Gradient extends GraphOp {
        private final int heads;
        private final float rate;
        private final int salt;

        Gradient(AttentionOp forward, SDVariable outputGradient) {
            super(forward.arg(0), forward.arg(1), forward.arg(2), forward.arg(3), forward.arg(4), outputGradient);
            this.heads = forward.heads;
            this.rate = forward.rate;
            this.salt = forward.salt;
        }

        @Override
        public String opName() {
            return "AttentionGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return 3;
        }

        @Override
        boolean canOmit(int output) {
            return false;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape(), inputs[1].shape(), inputs[2].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            kernels.attentionGradient(
                    inputs[0],
                    inputs[1],
                    inputs[2],
                    inputs[5],
                    new Sequences(ints(inputs[3])),
                    new Sequences(ints(inputs[4])),
                    heads,
                    step.mask(salt, rate),
                    outputs[0],
                    outputs[1],
                    outputs[2]);
        }
    }
}
