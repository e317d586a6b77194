package io.github.bert4j.joint;

import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.entity.LabelledText;

/**
 * A text, what it is, and the entities in it.
 *
 * @param label of the whole text
 */
public record LabelledJointText(String label, LabelledText labelled) {

    /** The text without its entities. */
    public LabelledInput classified() {
        return LabelledInput.of(label, labelled.text());
    }
}
