package io.github.bert4j.models;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a model does on a dataset.
 *
 * @param loss over all samples
 * @param metrics by name
 */
public record Evaluation(double loss, Map<String, Double> metrics) {

    /**
     * One metric.
     *
     * @throws IllegalArgumentException if the model was not compiled with it
     */
    public double metric(String name) {
        Double value = metrics.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "The model was not compiled with metric \"" + name + "\": it has " + metrics.keySet());
        }
        return value;
    }

    /** Loss and metrics in one map. */
    public Map<String, Double> named() {
        Map<String, Double> all = new LinkedHashMap<>();
        all.put("loss", loss);
        all.putAll(metrics);
        return all;
    }
}
