package io.github.bert4j.explain;

import io.github.bert4j.models.IntegratedGradients;
import java.util.List;

/**
 * How much each token of a text adds to the probability of a label, by {@link IntegratedGradients}.
 *
 * @param texts the text, or both of a pair
 * @param label whose probability it is
 * @param probability of the label
 * @param baseline its probability where the text has no words: only positions, [CLS] and [SEP]
 * @param tokens all that the model reads of the texts, in order
 */
public record TextAttributions(
        List<String> texts, String label, double probability, double baseline, List<Token> tokens) {

    /**
     * A token and what it adds; all of them together make {@code probability - baseline}, except for {@link #missing}.
     *
     * @param token as the text has it
     * @param text 0, or 1 for the second of a pair
     * @param start in its text, in UTF-16 units
     * @param end exclusive
     * @param value positive where it speaks for the label, negative where it speaks against it
     */
    public record Token(String token, int text, int start, int end, double value) {}

    public TextAttributions {
        texts = List.copyOf(texts);
        tokens = List.copyOf(tokens);
    }

    /** What the tokens' values lack to add up to {@code probability - baseline}; more steps make it smaller. */
    public double missing() {
        return probability
                - baseline
                - tokens.stream().mapToDouble(Token::value).sum();
    }
}
