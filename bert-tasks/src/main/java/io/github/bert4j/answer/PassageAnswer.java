package io.github.bert4j.answer;

/**
 * A part of the passage that answers the question.
 *
 * @param text the characters of the passage from {@code start} to {@code end}
 * @param start in the passage as it was given, in UTF-16 units
 * @param end in the passage as it was given, in UTF-16 units, exclusive
 * @param probability that the answer starts here, times that it ends here, in the window it was read in
 */
public record PassageAnswer(String text, int start, int end, double probability) {}
