package io.github.bert4j.train;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * A number that says how good predictions are. One of your own is one lambda:
 *
 * <pre>{@code
 * Metric near = Metric.mean("near", (output, label) -> Math.abs(output[0] - label[0]) < 0.1 ? 1 : 0);
 * Metric bias = Metric.overall("bias", rows -> rows.stream()
 *         .mapToDouble(row -> row.output()[0] - row.label()[0]).average().orElse(Double.NaN));
 * }</pre>
 *
 * <p>It is measured on the model's first output and its label, unless {@link #on} says otherwise. A row is what one label
 * answers: for class labels the probabilities of all classes and the class, which is left out below 0; for others the last
 * axis of output and label.
 */
public interface Metric {
    /** As it is called in {@code History}. */
    String name();

    /** Starts counting. */
    Tally start();

    /**
     * One output beside its label.
     *
     * @param output the last axis: a probability, a number, or the probabilities of all classes
     * @param label of the same size, or one class number from 0
     */
    record Row(float[] output, float[] label) {

        /**
         * The rows of a batch.
         *
         * @param counts whether a row counts, by its place
         * @throws IllegalArgumentException if output and label do not fit together
         */
        public static List<Row> of(FloatValues output, Values label, IntPredicate counts) {
            int[] shape = output.shape();
            int labels = Values.elements(label.shape());
            boolean classes = label instanceof IntValues;
            int width = classes
                    ? output.values().length / Math.max(1, labels)
                    : shape.length > 1 ? shape[shape.length - 1] : 1;
            int rows = classes ? labels : labels / Math.max(1, width);
            if (rows * width != output.values().length) {
                throw new IllegalArgumentException(
                        "An output of shape %s cannot be measured by a label of shape %s: expected class numbers for its last axis, or numbers of its shape"
                                .formatted(Arrays.toString(shape), Arrays.toString(label.shape())));
            }
            List<Row> all = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                float[] own = label instanceof IntValues ints
                        ? new float[] {ints.values()[row]}
                        : Arrays.copyOfRange(((FloatValues) label).values(), row * width, (row + 1) * width);
                if (counts.test(row) && !(classes && own[0] < 0)) {
                    all.add(new Row(Arrays.copyOfRange(output.values(), row * width, (row + 1) * width), own));
                }
            }
            return all;
        }

        /** Whether the label is a class rather than numbers beside those of the output. */
        public boolean isOfClass() {
            return label.length == 1 && output.length > 1;
        }
    }

    /** A metric at work. */
    interface Tally {
        /** Counts one row. */
        void add(Row row);

        /**
         * Counts all rows of a batch.
         *
         * @param output [batch, … ]
         * @param label [batch, … ]
         * @throws IllegalArgumentException if they do not fit together
         */
        default void add(FloatValues output, Values label) {
            Row.of(output, label, place -> true).forEach(this::add);
        }

        /** The metric over all rows added; NaN if there are none. */
        double value();

        /** All that was counted, to go on from after an interruption. */
        double[] counts();

        /** Goes on from the {@link #counts} of another tally of this metric. */
        void restore(double[] counts);

        /** Whether the counts of several tallies, added up, are those of all their rows. */
        default boolean isAdditive() {
            return true;
        }
    }

    /** The mean of a number of each row, given output and label. */
    static Metric mean(String name, ToDoubleBiFunction<float[], float[]> number) {
        return new MeanMetric(name, (row, sums) -> sums.add(number.applyAsDouble(row.output(), row.label()), 1));
    }

    /**
     * A number of all rows, which are kept until it is asked for.
     *
     * <p>Trap: in training by several workers it can be measured on validation data only.
     */
    static Metric overall(String name, ToDoubleFunction<List<Row>> number) {
        return new OverallMetric(name, number);
    }

    /**
     * The fraction of right answers. For float labels: probability above 0.5 where the label is, element by element. For
     * class labels: the most probable class.
     */
    static Metric accuracy() {
        return new MeanMetric("accuracy", MeanMetric::right);
    }

    /**
     * The fraction of what was predicted that is right, {@code precision_micro} or {@code precision_macro}; 0 where nothing
     * was predicted. Probabilities above 0.5 are predicted, or the most probable class.
     *
     * <p>Source: {@code precision_recall_fscore_support} of scikit-learn.
     */
    static Metric precision(Averaging averaging) {
        return ConfusionMetric.precision(averaging);
    }

    /** The fraction of what is true that was predicted, {@code recall_micro} or {@code recall_macro}; see {@link #precision}. */
    static Metric recall(Averaging averaging) {
        return ConfusionMetric.recall(averaging);
    }

    /** The harmonic mean of precision and recall, {@code f1_micro} or {@code f1_macro}; see {@link #precision}. */
    static Metric f1(Averaging averaging) {
        return ConfusionMetric.f1(averaging);
    }

    /**
     * Matthews' correlation of predictions and labels, {@code mcc}, from -1 to 1; 0 where one of them is the same throughout.
     * Of two classes as one probability, or of any number of classes.
     *
     * <p>Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient".
     */
    static Metric mcc() {
        return ConfusionMetric.mcc();
    }

    /**
     * The area under the ROC curve, {@code auc}: how probable it is that what is true gets the higher probability, ties
     * counting half. Of several labels, or of each class against all others, the mean over those that occur and miss.
     */
    static Metric auc() {
        return new OverallMetric("auc", Statistics::auc);
    }

    /** The mean of |output - label|, {@code mae}. */
    static Metric meanAbsoluteError() {
        return new MeanMetric("mae", MeanMetric::distance);
    }

    /** The mean of (output - label)², {@code mse}. */
    static Metric meanSquaredError() {
        return new MeanMetric("mse", MeanMetric::squaredDistance);
    }

    /** 1 - Σ (label - output)² / Σ (label - mean label)², {@code r2}: 1 is perfect, 0 what the mean would do. */
    static Metric r2() {
        return new OverallMetric("r2", rows -> Statistics.r2(Statistics.outputs(rows), Statistics.labels(rows)));
    }

    /** Pearson's correlation of outputs and labels, {@code pearson}, from -1 to 1. */
    static Metric pearson() {
        return new OverallMetric(
                "pearson", rows -> Statistics.pearson(Statistics.outputs(rows), Statistics.labels(rows)));
    }

    /** Spearman's correlation of outputs and labels, {@code spearman}, from -1 to 1; equal numbers share a rank. */
    static Metric spearman() {
        return new OverallMetric(
                "spearman",
                rows -> Statistics.pearson(
                        Statistics.ranks(Statistics.outputs(rows)), Statistics.ranks(Statistics.labels(rows))));
    }

    /** How a number of several classes becomes one. */
    enum Averaging {
        /** From the counts of all classes together. */
        MICRO,
        /** The mean of the classes that occur or are predicted. */
        MACRO
    }

    /**
     * The same, measured on another output of the model, and called {@code output_name}.
     *
     * @param output the name of the layer that makes it, see {@link io.github.bert4j.graph.Layer#named}
     */
    default Metric on(String output) {
        return new TargetedMetric(this, TargetedMetric.Target.named(output));
    }

    /** The same, measured on one of the model's outputs, and called by the layer that makes it: {@code dense_1_accuracy}. */
    default Metric on(Tensor output) {
        return new TargetedMetric(this, TargetedMetric.Target.of(output));
    }

    /**
     * The same for a loss made of tensors: measured on a tensor and one of the model's inputs, which is its label.
     *
     * <p>Trap: inputs are padded with 0, which is a class; see {@link #on(Tensor, Tensor, Tensor)}.
     */
    default Metric on(Tensor output, Tensor label) {
        return new TargetedMetric(this, TargetedMetric.Target.of(output).withLabel(label));
    }

    /**
     * As {@link #on(Tensor, Tensor)}, for the rows where a mask is not 0.
     *
     * @param mask a number for each row, such as {@code mask(tokens)}
     */
    default Metric on(Tensor output, Tensor label, Tensor mask) {
        return new TargetedMetric(
                this, TargetedMetric.Target.of(output).withLabel(label).withMask(mask));
    }
}
