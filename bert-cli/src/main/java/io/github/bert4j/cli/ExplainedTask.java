package io.github.bert4j.cli;

import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import java.util.Optional;

/** A bundle's model that labels whole texts, and so can be explained. */
interface ExplainedTask extends TrainedTask {
    /**
     * What the tokens of a line of input add to a label's probability.
     *
     * @param label that of the answer if there is none
     * @param steps of the integral
     */
    TextAttributions attributions(String line, Optional<String> label, int steps);

    /** How BERT attends to a line of input. */
    TextAttention attention(String line);
}
