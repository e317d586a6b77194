package io.github.bert4j.graph;

/** What an input can be besides its type and shape, so that a wrong sample is found before anything is computed from it. */
public sealed interface Limit {
    /** Where the limit comes from. */
    String source();

    /**
     * Every number lies between two others.
     *
     * @param least infinite for none
     * @param most infinite for none
     */
    record Numbers(double least, double most, String source) implements Limit {}

    /**
     * A sample's first axis has at most so many elements.
     *
     * @param most elements
     */
    record Length(long most, String source) implements Limit {}

    /** Numbers that are rows of a table. */
    static Limit rows(long count, String table) {
        return new Numbers(0, count - 1, "the rows of " + table);
    }
}
