package io.github.bert4j.score;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The receiver operating characteristic: which fractions of negative and of positive texts are called positive, from threshold
 * to threshold. Every probability is one.
 *
 * @param points from (0, 0) to (1, 1), both fractions rising
 */
public record RocCurve(List<Point> points) {

    /**
     * Of one threshold, as fractions.
     *
     * @param falsePositives of the negative texts
     * @param truePositives of the positive ones
     */
    public record Point(double falsePositives, double truePositives) {}

    public RocCurve {
        points = List.copyOf(points);
    }

    /**
     * The curve of some answers.
     *
     * @param positive whether each text is
     * @param probabilities that it is, as the model says
     * @throws IllegalArgumentException if there are not as many of both, or all texts are of one kind: then there is no curve
     */
    public static RocCurve of(boolean[] positive, double[] probabilities) {
        if (positive.length != probabilities.length) {
            throw new IllegalArgumentException("%d probabilities of %d texts: expected one for each"
                    .formatted(probabilities.length, positive.length));
        }
        long positives =
                IntStream.range(0, positive.length).filter(i -> positive[i]).count();
        long negatives = positive.length - positives;
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException("A ROC curve of %d positive and %d negative texts: expected some of both"
                    .formatted(positives, negatives));
        }
        List<Integer> order = IntStream.range(0, positive.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
                .toList();
        List<Point> points = new ArrayList<>(List.of(new Point(0, 0)));
        long found = 0;
        for (int i = 0; i < order.size(); i++) {
            found += positive[order.get(i)] ? 1 : 0;
            boolean tied = i + 1 < order.size() && probabilities[order.get(i)] == probabilities[order.get(i + 1)];
            if (!tied) {
                points.add(new Point((double) (i + 1 - found) / negatives, (double) found / positives));
            }
        }
        return new RocCurve(points);
    }

    /** The area under the curve: how probable it is that a positive text gets a higher probability than a negative one. */
    public double area() {
        double area = 0;
        for (int i = 1; i < points.size(); i++) {
            Point from = points.get(i - 1);
            Point to = points.get(i);
            area += (to.falsePositives() - from.falsePositives()) * (to.truePositives() + from.truePositives()) / 2;
        }
        return area;
    }
}
