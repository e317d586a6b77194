package io.github.bert4j.event;

/**
 * How many rows a {@link SubjectExtractor} does not learn from, and why.
 *
 * @param rows all of them
 * @param other of type {@link Event#OTHER}
 * @param withoutEntity of another type, but their entity is {@link LabelledEvent#NO_ENTITY} or empty
 * @param notFound whose entity is not in the part of the text that is read in training
 */
public record LeftOut(int rows, int other, int withoutEntity, int notFound) {

    /** Whether there are such rows. */
    public boolean any() {
        return other + withoutEntity + notFound > 0;
    }

    @Override
    public String toString() {
        return "%d rows, %d are of type %s, %d have no entity, and %d one that is not in the part of the text that is read"
                .formatted(rows, other, Event.OTHER, withoutEntity, notFound);
    }
}
