package io.github.bert4j.entity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Optional;

/**
 * An entity as an object of JSON has it; places count UTF-16 units, and ends are exclusive.
 *
 * @param text what stands there; empty if the data does not tell
 */
public record EntityFields(
        @JsonProperty(required = true) int start,
        @JsonProperty(required = true) int end,
        @JsonProperty(required = true) String label,
        @JsonSetter(nulls = Nulls.AS_EMPTY) String text) {

    /** What stands there; empty where there is no such place, or something else. */
    public Optional<Entity> in(String whole) {
        return Entity.in(whole, start, end, label).filter(entity -> text.isEmpty() || text.equals(entity.text()));
    }

    /** A text with such entities, but for those that do not stand in it. */
    public static LabelledText labelled(String text, List<EntityFields> entities) {
        return new LabelledText(
                text,
                entities.stream().flatMap(entity -> entity.in(text).stream()).toList());
    }

    /** How many entities do not stand in a text. */
    public static int misplaced(String text, List<EntityFields> entities) {
        return (int)
                entities.stream().filter(entity -> entity.in(text).isEmpty()).count();
    }
}
