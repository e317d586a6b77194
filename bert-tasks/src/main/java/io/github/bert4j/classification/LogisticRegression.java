package io.github.bert4j.classification;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * A softmax over linear functions of vectors, by which {@code regularization · Σ cross-entropy + ½ Σ kernel²} is smallest: found
 * by L-BFGS, in doubles. As in scikit-learn biases are not penalized, and two classes count as one function and its negative.
 *
 * <p>Source: Nocedal and Wright, "Numerical Optimization", algorithms 3.1, 7.4 and 7.5.
 *
 * @param kernel [in, classes], row-major
 * @param bias [classes]
 */
record LogisticRegression(float[] kernel, float[] bias) {
    private static final int REMEMBERED = 10;
    private static final int STEPS = 1000;
    private static final double FLAT = 1e-6;
    private static final double ENOUGH = 1e-4;
    private static final double SHORTEST = 1e-12;

    /**
     * Learns from vectors.
     *
     * @param classOf the class of each, from 0
     */
    static LogisticRegression fit(float[][] vectors, int[] classOf, int classes, double regularization) {
        Problem problem = new Problem(vectors, classOf, classes, regularization);
        double[] x = minimum(problem, new double[(vectors[0].length + 1) * classes]);
        int size = vectors[0].length * classes;
        float[] kernel = new float[size];
        float[] bias = new float[classes];
        for (int i = 0; i < size; i++) {
            kernel[i] = (float) x[i];
        }
        for (int k = 0; k < classes; k++) {
            bias[k] = (float) x[size + k];
        }
        return new LogisticRegression(kernel, bias);
    }

    private record Pair(double[] move, double[] change, double product) {}

    private static double[] minimum(Problem problem, double[] start) {
        double[] x = start;
        double[] gradient = new double[x.length];
        double value = problem.value(x, gradient);
        Deque<Pair> pairs = new ArrayDeque<>();
        for (int step = 0; step < STEPS && largest(gradient) > FLAT; step++) {
            double[] direction = direction(gradient, pairs);
            double slope = dot(direction, gradient);
            double length = 1;
            double[] next;
            double[] nextGradient = new double[x.length];
            double nextValue;
            do {
                next = sum(x, direction, length);
                nextValue = problem.value(next, nextGradient);
                length /= 2;
            } while (nextValue > value + ENOUGH * 2 * length * slope && length > SHORTEST);
            if (length <= SHORTEST) {
                return x; // nothing better that doubles can tell
            }
            double[] move = sum(next, x, -1);
            double[] change = sum(nextGradient, gradient, -1);
            double product = dot(move, change);
            if (product > 0) {
                pairs.addLast(new Pair(move, change, product));
                if (pairs.size() > REMEMBERED) {
                    pairs.removeFirst();
                }
            }
            x = next;
            value = nextValue;
            gradient = nextGradient;
        }
        return x;
    }

    /** Minus the gradient, by what earlier steps have shown of the curvature. */
    private static double[] direction(double[] gradient, Deque<Pair> pairs) {
        double[] q = gradient.clone();
        double[] factors = new double[pairs.size()];
        int i = pairs.size();
        for (Iterator<Pair> latest = pairs.descendingIterator(); latest.hasNext(); ) {
            Pair pair = latest.next();
            factors[--i] = dot(pair.move(), q) / pair.product();
            q = sum(q, pair.change(), -factors[i]);
        }
        if (!pairs.isEmpty()) {
            Pair last = pairs.getLast();
            double scale = last.product() / dot(last.change(), last.change());
            for (int j = 0; j < q.length; j++) {
                q[j] *= scale;
            }
        }
        for (Pair pair : pairs) {
            q = sum(q, pair.move(), factors[i++] - dot(pair.change(), q) / pair.product());
        }
        for (int j = 0; j < q.length; j++) {
            q[j] = -q[j];
        }
        return q;
    }

    private record Problem(float[][] vectors, int[] classOf, int classes, double regularization) {

        double value(double[] x, double[] gradient) {
            int in = vectors[0].length;
            int biases = in * classes;
            double penalty = classes == 2 ? 1 : 0.5;
            double value = 0;
            Arrays.fill(gradient, 0);
            for (int i = 0; i < biases; i++) {
                value += penalty * x[i] * x[i];
                gradient[i] = 2 * penalty * x[i];
            }
            double[] scores = new double[classes];
            for (int row = 0; row < vectors.length; row++) {
                System.arraycopy(x, biases, scores, 0, classes);
                for (int i = 0; i < in; i++) {
                    for (int k = 0; k < classes; k++) {
                        scores[k] += vectors[row][i] * x[i * classes + k];
                    }
                }
                double most = Arrays.stream(scores).max().orElseThrow();
                double sum = 0;
                for (double score : scores) {
                    sum += Math.exp(score - most);
                }
                value += regularization * (most + Math.log(sum) - scores[classOf[row]]);
                for (int k = 0; k < classes; k++) {
                    double slope = regularization * (Math.exp(scores[k] - most) / sum - (k == classOf[row] ? 1 : 0));
                    gradient[biases + k] += slope;
                    for (int i = 0; i < in; i++) {
                        gradient[i * classes + k] += slope * vectors[row][i];
                    }
                }
            }
            return value;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] sum(double[] a, double[] b, double factor) {
        double[] sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + factor * b[i];
        }
        return sum;
    }

    private static double largest(double[] x) {
        return Arrays.stream(x).map(Math::abs).max().orElse(0);
    }
}
