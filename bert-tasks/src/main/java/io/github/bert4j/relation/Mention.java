package io.github.bert4j.relation;

/**
 * A stretch of a text that names something.
 *
 * @param text as it stands in the text
 * @param start in UTF-16 units
 * @param end in UTF-16 units, exclusive
 */
public record Mention(String text, int start, int end) {}
