package io.github.bert4j.explain;

import java.util.List;

/**
 * Which tokens look at which.
 *
 * @param tokens [CLS], the tokens as the text has them, and [SEP]
 * @param probabilities by the token that looks, then by the one that is looked at; each row adds up to 1
 * @param title which layer and head it is
 */
public record AttentionMap(List<String> tokens, double[][] probabilities, String title) {}
