package io.github.bert4j.classification;

import java.util.Set;

/**
 * A text, or a pair, and what it is.
 *
 * @param labels exactly one, unless texts may have {@link Labelling#MULTI_LABEL any number of them}
 */
public record LabelledInput(Set<String> labels, TextInput input) {

    /** @throws IllegalArgumentException if a label is blank */
    public LabelledInput {
        labels = Set.copyOf(labels);
        if (labels.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("A blank label of \"" + input.text() + "\": expected names");
        }
    }

    /** A text of one label. */
    public static LabelledInput of(String label, String text) {
        return new LabelledInput(Set.of(label), TextInput.of(text));
    }

    /** A pair of one label. */
    public static LabelledInput of(String label, String text, String second) {
        return new LabelledInput(Set.of(label), TextInput.of(text, second));
    }
}
