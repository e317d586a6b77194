package io.github.bert4j.classification;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.data.Sample;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.train.Loss;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many labels a text has. */
public enum Labelling {
    /** Exactly one: a softmax over all labels, learned by categorical cross-entropy. */
    @JsonProperty("multi-class")
    MULTI_CLASS(Activation.SOFTMAX, Loss.sparseCategoricalCrossEntropy()),
    /** Any number, none included: a sigmoid for each label, learned by binary cross-entropy. */
    @JsonProperty("multi-label")
    MULTI_LABEL(Activation.SIGMOID, Loss.binaryCrossEntropy());

    /** Above it, one of several labels counts as given. */
    private static final double THRESHOLD = 0.5;

    private final Activation activation;
    private final Loss loss;

    Labelling(Activation activation, Loss loss) {
        this.activation = activation;
        this.loss = loss;
    }

    Activation activation() {
        return activation;
    }

    Loss loss() {
        return loss;
    }

    /** Tells a sample which of all labels it has. */
    Sample label(Sample sample, List<String> all, Set<String> own) {
        return switch (this) {
            case MULTI_CLASS -> sample.labelled(all.indexOf(own.iterator().next()));
            case MULTI_LABEL -> {
                float[] each = new float[all.size()];
                own.forEach(label -> each[all.indexOf(label)] = 1);
                yield sample.labelled(each);
            }
        };
    }

    /** The answer that probabilities stand for, the most probable label first. */
    List<String> answer(Map<String, Double> probabilities) {
        List<String> byProbability = probabilities.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .filter(entry -> this == MULTI_CLASS || entry.getValue() > THRESHOLD)
                .map(Map.Entry::getKey)
                .toList();
        return this == MULTI_CLASS ? byProbability.subList(0, 1) : byProbability;
    }

    void requireFitting(Set<String> labels) {
        if (this == MULTI_CLASS && labels.size() != 1) {
            throw new IllegalArgumentException("Labels %s of one text: expected exactly one, or a classifier that is %s"
                    .formatted(labels, MULTI_LABEL));
        }
    }
}
