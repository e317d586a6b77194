package io.github.bert4j.task;

/**
 * A labelled record as an object of JSON or a table's row has it: a record whose components are its fields, such as
 * {@code text} and {@code label}. All of them must be there and not null, but those that Jackson takes for empty.
 *
 * @param <S> a labelled record
 */
@FunctionalInterface
public interface LabelledFields<S> {

    /** @throws IllegalArgumentException if the fields are not such a record's */
    S labelled();

    /** How many entities or the like do not stand in the text where they should, and are left out. */
    default int misplaced() {
        return 0;
    }
}
