package io.github.bert4j.relation;

import io.github.bert4j.text.TokenSpan;

/**
 * Tokens and what they are.
 *
 * @param label the predicate's id for an object; 0 for a subject
 */
public record LabelledSpan(TokenSpan span, int label) {}
