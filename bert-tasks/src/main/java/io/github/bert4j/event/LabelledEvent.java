package io.github.bert4j.event;

import java.util.Optional;

/**
 * An event and its subject, a row of training data. The same event may occur in several rows with different subjects.
 *
 * @param id of the row, handed through to predictions; may be empty
 * @param entity the subject as the text spells it, or {@link #NO_ENTITY}
 */
public record LabelledEvent(String id, Event event, String entity) {
    /** Stands for the subject where there is none, as in the rows of type {@link Event#OTHER}. */
    public static final String NO_ENTITY = "NaN";

    /** A row without an id. */
    public static LabelledEvent of(String text, String type, String entity) {
        return new LabelledEvent("", new Event(text, type), entity);
    }

    /** An answer as files spell it. */
    public static String entity(Optional<Subject> answer) {
        return answer.map(Subject::entity).orElse(NO_ENTITY);
    }

    /** Whether it is of another type than {@link Event#OTHER}, but the entity is {@link #NO_ENTITY} or blank. */
    public boolean lacksEntity() {
        return !isOther() && (entity.isBlank() || entity.equals(NO_ENTITY));
    }

    /** Whether it is of type {@link Event#OTHER}. */
    public boolean isOther() {
        return event.type().equals(Event.OTHER);
    }
}
