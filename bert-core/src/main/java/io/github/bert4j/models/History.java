package io.github.bert4j.models;

import java.util.List;
import java.util.Map;

/** How training went, epoch by epoch. */
public record History(List<Epoch> epochs) {

    /**
     * One epoch.
     *
     * @param number from 1
     * @param metrics {@code loss} and each metric, and with {@code val_} before the name those on validation data
     * @param learningRate of its last step; NaN if the optimizer tells none
     */
    public record Epoch(int number, Map<String, Double> metrics, double learningRate) {}

    /** The learning rate of each epoch's last step. */
    public double[] learningRates() {
        return epochs.stream().mapToDouble(Epoch::learningRate).toArray();
    }

    /**
     * One number over the epochs, such as {@code val_accuracy}.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    public double[] values(String metric) {
        return epochs.stream()
                .mapToDouble(epoch -> {
                    Double value = epoch.metrics().get(metric);
                    if (value == null) {
                        throw new IllegalArgumentException("Nothing called \"%s\" was measured: expected one of %s"
                                .formatted(metric, epoch.metrics().keySet()));
                    }
                    return value;
                })
                .toArray();
    }
}
