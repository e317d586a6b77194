package io.github.bert4j.classification;

import java.util.Optional;

/**
 * What is classified: a text, or two to be seen together, such as a question and an answer.
 *
 * @param second the other text of a pair
 */
public record TextInput(String text, Optional<String> second) {

    /** A text on its own. */
    public static TextInput of(String text) {
        return new TextInput(text, Optional.empty());
    }

    /** A pair of texts. */
    public static TextInput of(String text, String second) {
        return new TextInput(text, Optional.of(second));
    }
}
