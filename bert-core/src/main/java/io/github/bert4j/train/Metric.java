package io.github.bert4j.train;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Values;

/** A number that says how good predictions are. */
public interface Metric {
    /** As it is called in {@code History}. */
    String name();

    /** Starts counting. */
    Tally start();

    /** A metric at work. */
    interface Tally {
        /**
         * Counts one batch.
         *
         * @param output of the model's first output, [batch, … ]
         * @param label its labels, [batch, … ]
         */
        void add(FloatValues output, Values label);

        /** The metric over all batches added. */
        double value();

        /** All that was counted, to go on from after an interruption. */
        double[] counts();

        /** Goes on from the {@link #counts} of another tally of this metric. */
        void restore(double[] counts);
    }

    /**
     * The fraction of right answers. For float labels: probability above 0.5 where the label is, element by element. For
     * class labels: the most probable class; classes below 0 do not count.
     */
    static Metric accuracy() {
        return new Metric() {
            @Override
            public String name() {
                return "accuracy";
            }

            @Override
            public Tally start() {
                return new Accuracy();
            }
        };
    }

    /** See {@link #accuracy}. */
    final class Accuracy implements Tally {
        private long right;
        private long counted;

        private Accuracy() {}

        @Override
        public void add(FloatValues output, Values label) {
            float[] p = output.values();
            if (label instanceof FloatValues expected) {
                for (int i = 0; i < p.length; i++) {
                    right += (p[i] > 0.5f) == (expected.values()[i] > 0.5f) ? 1 : 0;
                }
                counted += p.length;
            } else if (label instanceof IntValues expected) {
                int[] classes = expected.values();
                int width = p.length / classes.length;
                for (int row = 0; row < classes.length; row++) {
                    if (classes[row] >= 0) {
                        right += argmax(p, row * width, width) == classes[row] ? 1 : 0;
                        counted++;
                    }
                }
            }
        }

        @Override
        public double value() {
            return counted == 0 ? Double.NaN : (double) right / counted;
        }

        @Override
        public double[] counts() {
            return new double[] {right, counted};
        }

        @Override
        public void restore(double[] counts) {
            right = (long) counts[0];
            counted = (long) counts[1];
        }

        private static int argmax(float[] values, int offset, int count) {
            int best = 0;
            for (int i = 1; i < count; i++) {
                best = values[offset + i] > values[offset + best] ? i : best;
            }
            return best;
        }
    }
}
