package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Negative log-likelihood of tag sequences in a {@link LinearChain}: emissions [batch, length, tags], tags int32 [batch,
 * length], mask [batch, length], transitions [tags, tags], starts [tags], ends [tags] → [batch]. Tags and mask have no
 * gradient.
 *
 * <p>A position whose mask is 0 is left out, as if the sequence did not have it.
 */
public final class CrfOp extends GraphOp {

    public CrfOp(
            SDVariable emissions,
            SDVariable tags,
            SDVariable mask,
            SDVariable transitions,
            SDVariable starts,
            SDVariable ends) {
        super(emissions, tags, mask, transitions, starts, ends);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] positions = Arrays.copyOf(inputs[0].shape(), 2);
        for (INDArray perPosition : new INDArray[] {inputs[1], inputs[2]}) {
            if (!Arrays.equals(perPosition.shape(), positions)) {
                throw new IllegalArgumentException(
                        "Tags or mask of shape %s do not fit emissions of shape %s: expected one number for each position, %s"
                                .formatted(
                                        Arrays.toString(perPosition.shape()),
                                        Arrays.toString(inputs[0].shape()),
                                        Arrays.toString(positions)));
            }
        }
        return new long[][] {{positions[0]}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        Samples samples = new Samples(inputs);
        float[] losses = new float[samples.batch];
        for (int sample = 0; sample < losses.length; sample++) {
            int[] rows = samples.rows(sample);
            losses[sample] = (float) samples.chain(rows).loss(samples.path(rows));
        }
        fill(outputs[0], losses);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] gradients =
                new Gradient(arg(0), arg(1), arg(2), arg(3), arg(4), arg(5), outputGradients[0]).outputVariables();
        return new SDVariable[] {gradients[0], null, null, gradients[1], gradients[2], gradients[3]};
    }

    /** The inputs on the Java heap, sample by sample. */
    private static final class Samples {
        private final int batch;
        private final int length;
        private final int tags;
        private final float[] emissions;
        private final int[] labels;
        private final float[] mask;
        private final LinearChain.Scores scores;

        Samples(INDArray[] inputs) {
            batch = (int) inputs[0].size(0);
            length = (int) inputs[0].size(1);
            tags = (int) inputs[0].size(2);
            emissions = floats(inputs[0]);
            labels = ints(inputs[1]);
            mask = floats(inputs[2]);
            scores = new LinearChain.Scores(floats(inputs[3]), floats(inputs[4]), floats(inputs[5]));
        }

        int[] rows(int sample) {
            return IntStream.range(sample * length, (sample + 1) * length)
                    .filter(row -> mask[row] != 0)
                    .toArray();
        }

        LinearChain chain(int[] rows) {
            return new LinearChain(emissions, rows, scores);
        }

        int[] path(int[] rows) {
            for (int row : rows) {
                if (labels[row] < 0 || labels[row] >= tags) {
                    throw new IllegalArgumentException(
                            "Tag %d (position %d of sample %d) is not one of the model's: expected 0 to %d, or a mask of 0"
                                    .formatted(labels[row], row % length, row / length, tags - 1));
                }
            }
            return IntStream.of(rows).map(row -> labels[row]).toArray();
        }
    }

    private static final class Gradient extends GraphOp {

        Gradient(SDVariable... inputsAndOutputGradient) {
            super(inputsAndOutputGradient);
        }

        @Override
        public String opName() {
            return "CrfGradientOp";
        }

        /** Those of emissions, transitions, starts and ends. */
        @Override
        public int getNumOutputs() {
            return 4;
        }

        @Override
        boolean canOmit(int output) {
            return false;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape(), inputs[3].shape(), inputs[4].shape(), inputs[5].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            Samples samples = new Samples(inputs);
            float[] factors = floats(inputs[6]);
            double[] dEmissions = new double[samples.emissions.length];
            LinearChain.Gradient shared = LinearChain.Gradient.zeros(samples.tags);
            for (int sample = 0; sample < factors.length; sample++) {
                int[] rows = samples.rows(sample);
                samples.chain(rows).addGradient(samples.path(rows), factors[sample], dEmissions, shared);
            }
            fill(outputs[0], dEmissions);
            fill(outputs[1], shared.transitions());
            fill(outputs[2], shared.starts());
            fill(outputs[3], shared.ends());
        }
    }
}
