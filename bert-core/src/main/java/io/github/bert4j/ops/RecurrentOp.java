package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A recurrent layer over sequences: x [batch, length, in], kernel [in, gates · units], recurrent kernel [units, gates ·
 * units], bias [gates · units] of an LSTM or [2, gates · units] of a GRU, and perhaps a mask [batch, length] → the states
 * after each position [batch, length, units], and after the last one [batch, units].
 *
 * <p>Where the mask is 0, a position is left out: the state stays, and the output there is 0. The mask has no gradient.
 */
public final class RecurrentOp extends GraphOp {
    private final Cell cell;
    private final boolean backwards;

    /**
     * @param backwards whether the last position comes first
     * @param inputs x, kernel, recurrent kernel, bias, and perhaps the mask
     */
    public RecurrentOp(Cell cell, boolean backwards, SDVariable... inputs) {
        super(inputs);
        this.cell = cell;
        this.backwards = backwards;
    }

    public Cell cell() {
        return cell;
    }

    public boolean backwards() {
        return backwards;
    }

    /** The states after each position. */
    public SDVariable sequence() {
        return outputVariables()[0];
    }

    /** The state after the last position. */
    public SDVariable last() {
        return outputVariables()[1];
    }

    @Override
    public int getNumOutputs() {
        return 2;
    }

    @Override
    boolean canOmit(int output) {
        return false;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        if (inputs.length > 4 && !Arrays.equals(inputs[4].shape(), Arrays.copyOf(inputs[0].shape(), 2))) {
            throw new IllegalArgumentException(
                    "A mask of shape %s for sequences of shape %s: expected one number for each position"
                            .formatted(Arrays.toString(inputs[4].shape()), Arrays.toString(inputs[0].shape())));
        }
        long units = inputs[2].size(0);
        return new long[][] {
            {inputs[0].size(0), inputs[0].size(1), units},
            {inputs[0].size(0), units}
        };
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        RecurrentRun run = new RecurrentRun(cell, backwards, inputs);
        run.forward();
        fill(outputs[0], run.sequence());
        fill(outputs[1], run.last());
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] arguments = args();
        int count = arguments.length;
        int given = (outputGradients[0] == null ? 0 : 1) + (outputGradients[1] == null ? 0 : 1);
        SDVariable[] all = Arrays.copyOf(arguments, count + given);
        int place = count;
        for (SDVariable gradient : outputGradients) {
            if (gradient != null) {
                all[place++] = gradient;
            }
        }
        SDVariable[] gradients = new Gradient(this, count, outputGradients[0] != null, outputGradients[1] != null, all)
                .outputVariables();
        return Arrays.copyOf(gradients, count); // null for the mask
    }

    private static final class Gradient extends GraphOp {
        private static final int OUTPUTS = 4;

        private final RecurrentOp forward;
        private final int count;
        private final boolean ofSequence;
        private final boolean ofLast;

        Gradient(RecurrentOp forward, int count, boolean ofSequence, boolean ofLast, SDVariable... inputs) {
            super(inputs);
            this.forward = forward;
            this.count = count;
            this.ofSequence = ofSequence;
            this.ofLast = ofLast;
        }

        @Override
        public String opName() {
            return "RecurrentGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return OUTPUTS;
        }

        @Override
        boolean canOmit(int output) {
            return false;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape(), inputs[1].shape(), inputs[2].shape(), inputs[3].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            RecurrentRun run = new RecurrentRun(forward.cell, forward.backwards, Arrays.copyOf(inputs, count));
            run.forward();
            RecurrentRun.Gradients gradients = run.backward(
                    ofSequence ? floats(inputs[count]) : null,
                    ofLast ? floats(inputs[count + (ofSequence ? 1 : 0)]) : null);
            INDArray products = Nd4j.createFromArray(gradients.products());
            INDArray rows = products.reshape(-1, inputs[1].size(1));
            INDArray x = Kernels.rows(inputs[0]);
            rows.mmuli(inputs[1].transpose(), Kernels.rows(outputs[0]));
            outputs[1].assign(x.transpose().mmul(rows));
            fill(outputs[2], gradients.recurrentKernel());
            fill(outputs[3], gradients.bias());
        }
    }
}
