package io.github.bert4j.joint;

import io.github.bert4j.classification.ClassifiedText;
import io.github.bert4j.entity.LabelledText;

/**
 * A text, what it is, and the entities in it.
 *
 * @param label of the whole text
 */
public record JointText(String label, LabelledText labelled) {

    /** The text without its entities. */
    public ClassifiedText classified() {
        return ClassifiedText.of(label, labelled.text());
    }
}
