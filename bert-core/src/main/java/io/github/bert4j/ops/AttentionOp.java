package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.Sequences;
import java.util.Arrays;
import java.util.stream.Stream;
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
    /** Query, key, value, and where sequences start in queries and in keys. */
    private static final int OWN_INPUTS = 5;

    private final int heads;
    private final float rate;
    private final int salt;
    private final RelationKind relation;

    /**
     * @param queryStarts where each sequence starts in the rows of {@code query}; all its queries see all its keys
     * @param keyStarts where each sequence starts in the rows of {@code key} and {@code value}
     * @param relation how distances bear on it
     */
    public AttentionOp(
            int heads,
            float rate,
            int salt,
            SDVariable query,
            SDVariable key,
            SDVariable value,
            SDVariable queryStarts,
            SDVariable keyStarts,
            RelationKind relation) {
        super(with(relation, query, key, value, queryStarts, keyStarts));
        this.relation = relation;
        this.heads = heads;
        this.rate = rate;
        this.salt = salt;
    }

    private static SDVariable[] with(RelationKind relation, SDVariable... inputs) {
        return Stream.concat(Stream.of(inputs), relation.inputs().stream()).toArray(SDVariable[]::new);
    }

    /** How distances bear on it; its inputs stand behind the five others. */
    public RelationKind relation() {
        return relation;
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
                relation.of(inputs, OWN_INPUTS),
                outputs[0]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] gradients = new Gradient(this, outputGradients[0]).outputVariables();
        SDVariable[] ofInputs = new SDVariable[args().length];
        System.arraycopy(gradients, 0, ofInputs, 0, 3);
        if (relation.kind() == RelationKind.Kind.BIAS) {
            ofInputs[ofInputs.length - 1] = gradients[3];
        }
        return ofInputs;
    }

    private static final class Gradient extends GraphOp {
        private final int heads;
        private final float rate;
        private final int salt;
        private final RelationKind relation;

        Gradient(AttentionOp forward, SDVariable outputGradient) {
            super(Stream.concat(Stream.of(forward.args()), Stream.of(outputGradient))
                    .toArray(SDVariable[]::new));
            this.relation = forward.relation;
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
            return relation.kind() == RelationKind.Kind.BIAS ? 4 : 3;
        }

        @Override
        boolean canOmit(int output) {
            return false;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            long[][] shapes = {
                inputs[0].shape(), inputs[1].shape(), inputs[2].shape(), inputs[inputs.length - 2].shape()
            };
            return Arrays.copyOf(shapes, getNumOutputs());
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            kernels.attentionGradient(
                    inputs[0],
                    inputs[1],
                    inputs[2],
                    inputs[inputs.length - 1],
                    new Sequences(ints(inputs[3])),
                    new Sequences(ints(inputs[4])),
                    heads,
                    step.mask(salt, rate),
                    relation.of(inputs, OWN_INPUTS),
                    outputs[0],
                    outputs[1],
                    outputs[2],
                    outputs.length > 3 ? outputs[3] : null);
        }
    }
}
