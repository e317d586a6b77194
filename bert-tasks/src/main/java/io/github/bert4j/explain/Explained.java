package io.github.bert4j.explain;

import io.github.bert4j.task.Question;
import java.util.Optional;

/** A trained model that labels whole texts, and so can say why. */
public interface Explained {

    /**
     * What the tokens of a question add to a label's probability.
     *
     * @param label that of the answer if there is none
     * @param steps of the integral
     * @throws IllegalArgumentException if the model cannot explain this label
     */
    TextAttributions attributions(Question question, Optional<String> label, int steps);

    /** How BERT attends to a question. */
    TextAttention attention(Question question);
}
