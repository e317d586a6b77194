package io.github.bert4j.joint;

import io.github.bert4j.classification.Classification;
import io.github.bert4j.entity.Entity;
import java.util.List;

/**
 * What a model says about a text.
 *
 * @param classification what the text is
 * @param entities what stands in it, in the order of their places
 */
public record JointAnswer(Classification classification, List<Entity> entities) {
    public JointAnswer {
        entities = List.copyOf(entities);
    }

    /** The most probable class. */
    public String label() {
        return classification.label();
    }

    /** The probability of {@link #label}. */
    public double probability() {
        return classification.probability();
    }
}
