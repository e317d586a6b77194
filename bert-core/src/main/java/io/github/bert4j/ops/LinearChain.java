package io.github.bert4j.ops;

import java.util.Arrays;

/**
 * The probabilities of a linear-chain conditional random field over one sequence, in log space and in doubles: a path of
 * tags scores the start of its first tag, the emissions of all of them, the transitions between neighbours, and the end of
 * its last tag.
 *
 * <p>Source: Lafferty, McCallum and Pereira, "Conditional Random Fields", section 3; Rabiner, "A Tutorial on Hidden Markov
 * Models", section III, for the recursions.
 */
public final class LinearChain {
    private final float[] emissions;
    private final int[] rows;
    private final Scores scores;
    private final int tags;

    /**
     * The scores that all sequences share.
     *
     * @param transitions [tags, tags], from the row's tag to the column's
     * @param starts [tags], of a first tag
     * @param ends [tags], of a last tag
     */
    public record Scores(float[] transitions, float[] starts, float[] ends) {}

    /**
     * A sequence.
     *
     * @param emissions [n, tags]
     * @param rows the sequence's positions: numbers of rows of {@code emissions}
     */
    public LinearChain(float[] emissions, int[] rows, Scores scores) {
        this.emissions = emissions;
        this.rows = rows;
        this.scores = scores;
        this.tags = scores.starts().length;
    }

    /** The most probable path, [length]: Viterbi's algorithm. Of equal ones, that of the smaller tags from the end. */
    public int[] bestPath() {
        int[] path = new int[rows.length];
        if (rows.length == 0) {
            return path;
        }
        int[][] previous = new int[rows.length][tags];
        double[] best = first();
        for (int i = 1; i < rows.length; i++) {
            double[] next = new double[tags];
            for (int to = 0; to < tags; to++) {
                double[] sums = arriving(best, to);
                previous[i][to] = largest(sums);
                next[to] = sums[previous[i][to]] + emission(i, to);
            }
            best = next;
        }
        path[rows.length - 1] = largest(ending(best));
        for (int i = rows.length - 1; i > 0; i--) {
            path[i - 1] = previous[i][path[i]];
        }
        return path;
    }

    /** {@code -log p(path)}: 0 for a sequence of no positions. */
    double loss(int[] path) {
        return rows.length == 0 ? 0 : logPartition(forward()) - score(path);
    }

    /** Adds {@code factor} times the gradient of {@link #loss} to arrays of the shapes of emissions and scores. */
    void addGradient(int[] path, double factor, double[] dEmissions, Gradient gradient) {
        if (rows.length == 0) {
            return;
        }
        double[][] alpha = forward();
        double[][] beta = backward();
        double logPartition = logPartition(alpha);
        int last = rows.length - 1;
        for (int i = 0; i <= last; i++) {
            for (int tag = 0; tag < tags; tag++) {
                double expected = Math.exp(alpha[i][tag] + beta[i][tag] - logPartition);
                double difference = factor * (expected - (path[i] == tag ? 1 : 0));
                dEmissions[rows[i] * tags + tag] += difference;
                if (i == 0) {
                    gradient.starts()[tag] += difference;
                }
                if (i == last) {
                    gradient.ends()[tag] += difference;
                }
            }
        }
        for (int i = 1; i <= last; i++) {
            for (int from = 0; from < tags; from++) {
                for (int to = 0; to < tags; to++) {
                    double expected = Math.exp(
                            alpha[i - 1][from] + transition(from, to) + emission(i, to) + beta[i][to] - logPartition);
                    gradient.transitions()[from * tags + to] += factor * expected;
                }
            }
            gradient.transitions()[path[i - 1] * tags + path[i]] -= factor;
        }
    }

    /** What {@link Scores} are changed by, in the same shapes. */
    record Gradient(double[] transitions, double[] starts, double[] ends) {
        static Gradient zeros(int tags) {
            return new Gradient(new double[tags * tags], new double[tags], new double[tags]);
        }
    }

    private double score(int[] path) {
        double score = scores.starts()[path[0]] + scores.ends()[path[path.length - 1]];
        for (int i = 0; i < path.length; i++) {
            score += emission(i, path[i]) + (i == 0 ? 0 : transition(path[i - 1], path[i]));
        }
        return score;
    }

    /** Log of the sum over all paths up to a position that end with a tag, [length, tags]. */
    private double[][] forward() {
        double[][] alpha = new double[rows.length][];
        alpha[0] = first();
        for (int i = 1; i < rows.length; i++) {
            alpha[i] = new double[tags];
            for (int to = 0; to < tags; to++) {
                alpha[i][to] = logSum(arriving(alpha[i - 1], to)) + emission(i, to);
            }
        }
        return alpha;
    }

    /** Log of the sum over all ways on from a tag at a position, [length, tags]. */
    private double[][] backward() {
        double[][] beta = new double[rows.length][];
        beta[rows.length - 1] = ending(new double[tags]);
        for (int i = rows.length - 1; i > 0; i--) {
            beta[i - 1] = new double[tags];
            for (int from = 0; from < tags; from++) {
                double[] leaving = new double[tags];
                for (int to = 0; to < tags; to++) {
                    leaving[to] = transition(from, to) + emission(i, to) + beta[i][to];
                }
                beta[i - 1][from] = logSum(leaving);
            }
        }
        return beta;
    }

    private double logPartition(double[][] alpha) {
        return logSum(ending(alpha[rows.length - 1]));
    }

    private double[] first() {
        double[] first = new double[tags];
        Arrays.setAll(first, tag -> scores.starts()[tag] + (double) emission(0, tag));
        return first;
    }

    private double[] arriving(double[] before, int to) {
        double[] sums = new double[tags];
        for (int from = 0; from < tags; from++) {
            sums[from] = before[from] + transition(from, to);
        }
        return sums;
    }

    private double[] ending(double[] last) {
        double[] sums = new double[tags];
        Arrays.setAll(sums, tag -> last[tag] + scores.ends()[tag]);
        return sums;
    }

    private float emission(int position, int tag) {
        return emissions[rows[position] * tags + tag];
    }

    private float transition(int from, int to) {
        return scores.transitions()[from * tags + to];
    }

    private static int largest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }

    private static double logSum(double[] values) {
        double largest = values[largest(values)];
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - largest);
        }
        return largest + Math.log(sum);
    }
}
