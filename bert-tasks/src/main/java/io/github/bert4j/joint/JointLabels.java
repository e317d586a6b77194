package io.github.bert4j.joint;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.entity.EntityRecognizer;
import java.util.List;
import java.util.Set;

/**
 * What a model can say; the order decides the numbers.
 *
 * @param classes of texts, of which each has one
 * @param entities the labels of entities
 */
public record JointLabels(
        @JsonProperty(required = true) List<String> classes,
        @JsonProperty(required = true) List<String> entities) {

    /** @throws IllegalArgumentException if there are less than two classes, no label of entities, or one is there twice */
    public JointLabels {
        classes = List.copyOf(classes);
        entities = List.copyOf(entities);
        if (classes.size() < 2
                || entities.isEmpty()
                || Set.copyOf(classes).size() < classes.size()
                || Set.copyOf(entities).size() < entities.size()) {
            throw new IllegalArgumentException(
                    "Classes %s and entities' labels %s: expected at least two and at least one, and none twice"
                            .formatted(classes, entities));
        }
    }

    /** Those of some texts, sorted. */
    public static JointLabels of(List<LabelledJointText> texts) {
        return new JointLabels(
                TextClassifier.labels(
                        texts.stream().map(LabelledJointText::classified).toList()),
                EntityRecognizer.labels(
                        texts.stream().map(LabelledJointText::labelled).toList()));
    }
}
