package io.github.bert4j.classification;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a classifier says about a text.
 *
 * @param labels the answer: one label, or with {@link Labelling#MULTI_LABEL} any number, the most probable first
 * @param probabilities of all labels, in the classifier's order
 */
public record Classification(List<String> labels, Map<String, Double> probabilities) {
    public Classification {
        labels = List.copyOf(labels);
        probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    }

    /** The most probable label, whether or not it is an answer. */
    public String label() {
        return Collections.max(probabilities.entrySet(), Map.Entry.comparingByValue())
                .getKey();
    }

    /** The probability of {@link #label}. */
    public double probability() {
        return probabilities.get(label());
    }
}
