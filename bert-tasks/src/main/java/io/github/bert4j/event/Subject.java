package io.github.bert4j.event;

/**
 * Whose event it is: a part of the text.
 *
 * @param entity the characters of the text from {@code start} to {@code end}
 * @param start in the text as it was given, in UTF-16 units
 * @param end in the text as it was given, in UTF-16 units, exclusive
 * @param probability that the subject starts here, times that it ends here if it starts here
 */
public record Subject(String entity, int start, int end, double probability) {}
