package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How much every stretch of a sequence looks like a span, by head: queries and keys [batch, length, heads · size], mask
 * [batch, length] → [batch, heads, start, end], the inner products of each start's query and each end's key, rotated by
 * their positions, over √size. Where the end is before the start, or the mask of either is 0, it is {@link #IMPOSSIBLE}.
 *
 * <p>Source: Su Jianlin, "GlobalPointer" (2021) and its code in bert4keras; Su et al., "RoFormer", section 3.4.2, for the
 * rotation.
 */
public final class SpanScoresOp extends GraphOp {
    /** A score that no loss or threshold takes for a span; finite, so that it stays a number whatever is added to it. */
    public static final float IMPOSSIBLE = -1e12f;

    private final int size;

    /** @param size numbers of each head; even */
    public SpanScoresOp(SDVariable queries, SDVariable keys, SDVariable mask, int size) {
        super(queries, keys, mask);
        this.size = size;
    }

    /** Numbers of each head. */
    public int size() {
        return size;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] x = inputs[0].shape();
        if (!Arrays.equals(inputs[2].shape(), new long[] {x[0], x[1]})) {
            throw new IllegalArgumentException(
                    "A mask of shape %s does not fit a sequence of shape %s: expected one number for each position, [%d, %d]"
                            .formatted(Arrays.toString(inputs[2].shape()), Arrays.toString(x), x[0], x[1]));
        }
        return new long[][] {{x[0], x[2] / size, x[1], x[1]}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        float[] scores = floats(Nd4j.matmul(heads(inputs[0], size), heads(inputs[1], size), false, true, false));
        float scale = scale(size);
        for (int i = 0; i < scores.length; i++) {
            scores[i] *= scale;
        }
        overwriteImpossible(scores, outputs[0].shape(), floats(inputs[2]), IMPOSSIBLE);
        fill(outputs[0], scores);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable[] gradients = new Gradient(size, arg(0), arg(1), arg(2), outputGradients[0]).outputVariables();
        return new SDVariable[] {gradients[0], gradients[1], null};
    }

    private static float scale(int size) {
        return (float) (1 / Math.sqrt(size));
    }

    /** @param shape [batch, heads, length, length] */
    private static void overwriteImpossible(float[] values, long[] shape, float[] mask, float value) {
        int heads = (int) shape[1];
        int length = (int) shape[2];
        for (int row = 0; row < values.length / length; row++) {
            int start = row % length;
            int sample = row / length / heads;
            for (int end = 0; end < length; end++) {
                if (end < start || mask[sample * length + start] == 0 || mask[sample * length + end] == 0) {
                    values[row * length + end] = value;
                }
            }
        }
    }

    /** Rotated vectors by head: [batch, length, heads · size] → [batch · heads, length, size]. */
    private static INDArray heads(INDArray x, int size) {
        int length = (int) x.size(1);
        int heads = (int) x.size(2) / size;
        Rotation rotation = Rotation.of(length, size);
        float[] from = floats(x);
        float[] to = new float[from.length];
        for (int vector = 0; vector < from.length / size; vector++) {
            int position = vector / heads % length;
            int target = (vector / heads / length * heads + vector % heads) * length + position;
            rotation.apply(from, vector * size, to, target * size, position, 1);
        }
        return Nd4j.createFromArray(to).reshape(from.length / length / size, length, size);
    }

    /** Undoes {@link #heads}: the gradient of a rotation is the rotation back. */
    private static float[] rotatedBack(INDArray headed, int heads) {
        int length = (int) headed.size(1);
        int size = (int) headed.size(2);
        Rotation rotation = Rotation.of(length, size);
        float[] from = floats(headed);
        float[] to = new float[from.length];
        for (int vector = 0; vector < from.length / size; vector++) {
            int position = vector % length;
            int target = (vector / length / heads * length + position) * heads + vector / length % heads;
            rotation.apply(from, vector * size, to, target * size, position, -1);
        }
        return to;
    }

    /** Turns each pair of numbers by an angle: the position times a speed that falls from pair to pair. */
    private record Rotation(int pairs, double[] cosines, double[] sines) {

        static Rotation of(int length, int size) {
            int pairs = size / 2;
            double[] cosines = new double[length * pairs];
            double[] sines = new double[length * pairs];
            for (int i = 0; i < cosines.length; i++) {
                double angle = i / pairs * Math.pow(10_000, -(double) (i % pairs) / pairs);
                cosines[i] = Math.cos(angle);
                sines[i] = Math.sin(angle);
            }
            return new Rotation(pairs, cosines, sines);
        }

        void apply(float[] from, int source, float[] to, int target, int position, int direction) {
            for (int i = 0; i < pairs; i++) {
                double cosine = cosines[position * pairs + i];
                double sine = direction * sines[position * pairs + i];
                float x = from[source + 2 * i];
                float y = from[source + 2 * i + 1];
                to[target + 2 * i] = (float) (x * cosine - y * sine);
                to[target + 2 * i + 1] = (float) (y * cosine + x * sine);
            }
        }
    }

    private static final class Gradient extends GraphOp {
        private final int size;

        Gradient(int size, SDVariable... inputsAndOutputGradient) {
            super(inputsAndOutputGradient);
            this.size = size;
        }

        @Override
        public String opName() {
            return "SpanScoresGradientOp";
        }

        /** Those of queries and keys. */
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
            return new long[][] {inputs[0].shape(), inputs[1].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            INDArray queries = heads(inputs[0], size);
            INDArray keys = heads(inputs[1], size);
            long[] shape = inputs[3].shape();
            float[] gradient = floats(inputs[3]);
            overwriteImpossible(gradient, shape, floats(inputs[2]), 0);
            INDArray dScores = Nd4j.createFromArray(gradient)
                    .reshape(shape[0] * shape[1], shape[2], shape[3])
                    .muli(scale(size));
            int heads = (int) shape[1];
            fill(outputs[0], rotatedBack(Nd4j.matmul(dScores, keys, false, false, false), heads));
            fill(outputs[1], rotatedBack(Nd4j.matmul(dScores, queries, true, false, false), heads));
        }
    }
}
