package io.github.bert4j.train;

import io.github.bert4j.graph.Tensor;
import java.util.Optional;

/**
 * A metric that is not measured on the model's first output and its label.
 *
 * <pre>{@code
 * Metric.accuracy().on("head") // head_accuracy
 * }</pre>
 *
 * @param metric what is measured
 * @param target what it is measured on
 */
public record TargetedMetric(Metric metric, Target target) implements Metric {

    /**
     * What a metric is measured on.
     *
     * @param output its name: of the layer that makes it, else its own
     * @param tensor the output, where it was not chosen by its name
     * @param label an input of the model; empty for the output's own label
     * @param mask 0 for rows that do not count; empty where all do
     */
    public record Target(String output, Optional<Tensor> tensor, Optional<Tensor> label, Optional<Tensor> mask) {

        static Target named(String output) {
            return new Target(output, Optional.empty(), Optional.empty(), Optional.empty());
        }

        static Target of(Tensor output) {
            return new Target(name(output), Optional.of(output), Optional.empty(), Optional.empty());
        }

        Target withLabel(Tensor input) {
            return new Target(output, tensor, Optional.of(input), mask);
        }

        Target withMask(Tensor rows) {
            return new Target(output, tensor, label, Optional.of(rows));
        }
    }

    /** What an output is called: the layer that makes it, else the tensor. */
    public static String name(Tensor output) {
        return output.producer().map(node -> node.layer().name()).orElse(output.name());
    }

    @Override
    public String name() {
        return target.output() + "_" + metric.name();
    }

    @Override
    public Tally start() {
        return metric.start();
    }
}
