package io.github.bert4j.audit;

/**
 * A row and its label, as models see it that did not learn from the row.
 *
 * @param row its number, from 0
 * @param label what the data say
 * @param expected the most probable of all other labels
 * @param probability of the label
 * @param expectedProbability of the other one
 * @param isIssue whether the other one is as probable as it is where it is given, on average; then the label is probably wrong
 */
public record Suspect(
        int row, String label, String expected, double probability, double expectedProbability, boolean isIssue) {

    /** How much more probable the label is than the other one: below 0 if it is less so. */
    public double margin() {
        return probability - expectedProbability;
    }
}
