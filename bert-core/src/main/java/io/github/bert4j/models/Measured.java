package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.Results;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Metric.Row;
import io.github.bert4j.train.TargetedMetric;
import io.github.bert4j.train.TargetedMetric.Target;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A metric, and what it is measured on.
 *
 * @param label where a batch has it
 * @param mask 0 for rows that do not count
 */
record Measured(Metric metric, Tensor output, Label label, Optional<Tensor> mask) {

    /**
     * An array of a batch.
     *
     * @param isInput rather than a label
     */
    private record Label(boolean isInput, int index) {
        Values of(Batch batch) {
            return isInput ? batch.inputs().get(index) : batch.labels().get(index);
        }
    }

    /** @throws IllegalArgumentException if what it is to be measured on is not there */
    static Measured of(Metric metric, Model model, List<Tensor> labels) {
        if (!(metric instanceof TargetedMetric targeted)) {
            requireLabels(metric, labels);
            return new Measured(metric, model.outputs().get(0), new Label(false, 0), Optional.empty());
        }
        Target target = targeted.target();
        Tensor output = target.tensor().orElseGet(() -> output(target.output(), model));
        if (target.label().isPresent()) {
            int index = model.inputs().indexOf(target.label().get());
            if (index < 0) {
                throw new IllegalArgumentException("The label %s of metric \"%s\" is not among the model's inputs %s"
                        .formatted(target.label().get(), metric.name(), model.inputs()));
            }
            return new Measured(metric, output, new Label(true, index), target.mask());
        }
        requireLabels(metric, labels);
        int index = model.outputs().indexOf(output);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "Metric \"%s\" is measured on %s, which is no output of the model and so has no label: expected one of %s, or on(output, label)"
                            .formatted(metric.name(), output, model.outputs()));
        }
        return new Measured(metric, output, new Label(false, index), target.mask());
    }

    Stream<Tensor> tensors() {
        return Stream.concat(Stream.of(output), mask.stream());
    }

    void add(Metric.Tally tally, Results results, Batch batch) {
        FloatValues values = BatchPredictor.values(results, output);
        if (mask.isPresent()) {
            float[] counts = BatchPredictor.values(results, mask.get()).values();
            Row.of(values, label.of(batch), row -> counts[row] != 0).forEach(tally::add);
        } else {
            tally.add(values, label.of(batch));
        }
    }

    void requireAdditive() {
        if (!metric.start().isAdditive()) {
            throw new IllegalArgumentException(
                    "Metric \"%s\" needs all rows in one place, but several workers train together: measure it on validation data, after training"
                            .formatted(metric.name()));
        }
    }

    private static Tensor output(String name, Model model) {
        return model.outputs().stream()
                .filter(output -> TargetedMetric.name(output).equals(name)
                        || output.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The model has no output \"%s\": expected one of %s"
                        .formatted(
                                name,
                                model.outputs().stream()
                                        .map(TargetedMetric::name)
                                        .toList())));
    }

    private static void requireLabels(Metric metric, List<Tensor> labels) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException(
                    "Metric \"%s\" compares an output with its label, but a loss made of tensors has none: expected on(output, label), whose label is an input"
                            .formatted(metric.name()));
        }
    }
}
