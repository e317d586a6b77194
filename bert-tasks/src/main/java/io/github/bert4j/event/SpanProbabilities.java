package io.github.bert4j.event;

import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.Window;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How probable it is that the subject starts, and ends, at each token of a {@link EventQuestion}.
 *
 * @param start [length]
 * @param end [length]
 */
record SpanProbabilities(double[] start, double[] end) {

    /**
     * The softmax over all tokens of what a model says about the windows of a text. A token that several windows hold
     * counts in the one in which it is farthest from where the text was cut.
     *
     * @param logits start and end of every window
     */
    static SpanProbabilities of(EventQuestion question, List<Window> windows, List<Prediction> logits) {
        int length = question.encoding().length();
        float[] start = new float[length];
        float[] end = new float[length];
        int[] margins = new int[length];
        Arrays.fill(margins, Integer.MIN_VALUE);
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            int shift =
                    question.token(window.encoding().start(window.firstToken()) + window.shift()) - window.firstToken();
            for (int token = 0; token < window.encoding().length(); token++) {
                int whole = token < window.firstToken() ? token : token + shift;
                int margin = margin(window, token);
                if (margin > margins[whole]) {
                    margins[whole] = margin;
                    start[whole] = logits.get(i).output(0).get(token);
                    end[whole] = logits.get(i).output(1).get(token);
                }
            }
        }
        return new SpanProbabilities(softmax(start), softmax(end));
    }

    /** What several models say on average. */
    static SpanProbabilities mean(List<SpanProbabilities> models) {
        return new SpanProbabilities(mean(models, SpanProbabilities::start), mean(models, SpanProbabilities::end));
    }

    /**
     * The probability of one answer: of its start, times that of its end among the tokens that are not before the start,
     * which is what the loss of the end compares.
     */
    double of(int first, int last) {
        double ends = Arrays.stream(end, first, end.length).sum();
        return ends == 0 ? 0 : start[first] * end[last] / ends;
    }

    /** How many tokens lie between this one and where the text was cut; negative for those that are not of the text. */
    private static int margin(Window window, int token) {
        int before = window.cutBefore() ? token - window.firstToken() : Integer.MAX_VALUE;
        int after = window.cutAfter() ? window.lastToken() - token : Integer.MAX_VALUE;
        return Math.min(before, after);
    }

    private static double[] softmax(float[] logits) {
        double largest = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double[] powers = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i] - largest))
                .toArray();
        double sum = DoubleStream.of(powers).sum();
        return DoubleStream.of(powers).map(power -> power / sum).toArray();
    }

    private static double[] mean(List<SpanProbabilities> models, Function<SpanProbabilities, double[]> part) {
        return IntStream.range(0, part.apply(models.get(0)).length)
                .mapToDouble(i -> models.stream()
                        .mapToDouble(model -> part.apply(model)[i])
                        .average()
                        .orElseThrow())
                .toArray();
    }
}
