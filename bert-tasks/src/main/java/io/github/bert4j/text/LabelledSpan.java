package io.github.bert4j.text;

/**
 * Tokens and what they are.
 *
 * @param label a number that the task gives its labels
 */
public record LabelledSpan(TokenSpan span, int label) {}
