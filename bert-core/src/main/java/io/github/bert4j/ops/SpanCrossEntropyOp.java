package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Categorical cross-entropy with any number of right answers, over all stretches of a sequence: {@code log(1 + Σ e^s)} of
 * those that are no spans plus {@code log(1 + Σ e^-s)} of those that are. Scores [batch, heads, start, end] and spans int32
 * [batch, k, 3], rows of head, start and end (the last position, not the one behind it), in any order → [batch, heads].
 *
 * <p>A row whose head is below 0 marks nothing, so that samples may have different numbers of spans.
 *
 * <p>Source: Su et al., "ZLPR: A Novel Loss for Multi-label Classification" (2022).
 */
public final class SpanCrossEntropyOp extends GraphOp {

    public SpanCrossEntropyOp(SDVariable scores, SDVariable spans) {
        super(scores, spans);
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] scores = inputs[0].shape();
        long[] spans = inputs[1].shape();
        if (spans.length != 3 || spans[0] != scores[0] || spans[2] != 3) {
            throw new IllegalArgumentException(
                    "Spans of shape %s do not fit scores of shape %s: expected [%d, spans, 3], rows of head, start and end"
                            .formatted(Arrays.toString(spans), Arrays.toString(scores), scores[0]));
        }
        return new long[][] {{scores[0], scores[1]}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        float[] scores = floats(inputs[0]);
        boolean[] right = right(inputs);
        int stretches = (int) (inputs[0].size(2) * inputs[0].size(3));
        float[] losses = new float[scores.length / stretches];
        for (int row = 0; row < losses.length; row++) {
            Sums sums = Sums.of(scores, right, row * stretches, stretches);
            losses[row] = (float) (sums.wrong() + sums.right());
        }
        fill(outputs[0], losses);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new SDVariable[] {new Gradient(arg(0), arg(1), outputGradients[0]).output(), null};
    }

    /** Which of the scores are those of spans. */
    private static boolean[] right(INDArray[] inputs) {
        int heads = (int) inputs[0].size(1);
        int length = (int) inputs[0].size(2);
        int perSample = (int) inputs[1].size(1);
        int[] spans = ints(inputs[1]);
        boolean[] right = new boolean[(int) inputs[0].length()];
        for (int i = 0; i < spans.length / 3; i++) {
            int head = spans[3 * i];
            int start = spans[3 * i + 1];
            int end = spans[3 * i + 2];
            if (head >= heads || head >= 0 && (start < 0 || end < start || end >= length)) {
                throw new IllegalArgumentException(
                        "Span (head %d, start %d, end %d) of sample %d: expected a head from 0 to %d, or one below 0 for none, and 0 ≤ start ≤ end < %d"
                                .formatted(head, start, end, i / perSample, heads - 1, length));
            }
            if (head >= 0) {
                right[((i / perSample * heads + head) * length + start) * length + end] = true;
            }
        }
        return right;
    }

    /** {@code log(1 + Σ e^s)} over the wrong stretches and {@code log(1 + Σ e^-s)} over the right ones of one head. */
    private record Sums(double wrong, double right) {

        static Sums of(float[] scores, boolean[] right, int from, int count) {
            double largestWrong = 0;
            double largestRight = 0;
            for (int i = from; i < from + count; i++) {
                if (right[i]) {
                    largestRight = Math.max(largestRight, -scores[i]);
                } else {
                    largestWrong = Math.max(largestWrong, scores[i]);
                }
            }
            // Sums less 1, for log1p: a sure answer's loss must not vanish beside the 1.
            double wrong = Math.expm1(-largestWrong);
            double found = Math.expm1(-largestRight);
            for (int i = from; i < from + count; i++) {
                if (right[i]) {
                    found += Math.exp(-scores[i] - largestRight);
                } else {
                    wrong += Math.exp(scores[i] - largestWrong);
                }
            }
            return new Sums(largestWrong + Math.log1p(wrong), largestRight + Math.log1p(found));
        }
    }

    private static final class Gradient extends GraphOp {

        Gradient(SDVariable scores, SDVariable spans, SDVariable outputGradient) {
            super(scores, spans, outputGradient);
        }

        @Override
        public String opName() {
            return "SpanCrossEntropyGradientOp";
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            float[] scores = floats(inputs[0]);
            boolean[] right = right(inputs);
            float[] factors = floats(inputs[2]);
            int stretches = scores.length / factors.length;
            for (int row = 0; row < factors.length; row++) {
                Sums sums = Sums.of(scores, right, row * stretches, stretches);
                for (int i = row * stretches; i < (row + 1) * stretches; i++) {
                    double slope = right[i] ? -Math.exp(-scores[i] - sums.right()) : Math.exp(scores[i] - sums.wrong());
                    scores[i] = (float) (factors[row] * slope);
                }
            }
            fill(outputs[0], scores);
        }
    }
}
